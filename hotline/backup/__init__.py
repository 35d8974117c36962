"""备份: the database and the attachments as of one moment, in one file, and back into an empty place.

The file is a plain tar: `database.dump` as `pg_dump` wrote it, `files/…`, and last `manifest.json`, which says what
must be there. Who has lost everything but the file and the keys gets along with tar and pg_restore.
"""

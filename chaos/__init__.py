"""`make chaos`: the hotline at work while its parts are killed, and whether all that was acknowledged is there.

A tool beside the bench, not an app: it comes over HTTP like everybody, and reads the database only when all is over.
"""

"""What stops a backup or a restore, in words for whoever runs it."""


class BackupError(Exception):
    """Nothing was taken, or nothing was restored; the words say why and what to do."""

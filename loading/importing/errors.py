"""What stops an import, in one sentence for the person who started it."""


class CannotImport(Exception):
    """The file, its encoding, its columns or the mapping do not fit; nothing of it was taken in."""

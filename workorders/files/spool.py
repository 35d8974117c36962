"""What is uploaded, on its way: kept in a temporary file for the addresses that want files, and no more than may be.

The web server hands the body over piece by piece; what is too much is counted and let go, so that the person can be
told how much it was, and never fills a disk.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from staff.models import User

# The addresses, by their names, whose views take files.
DOORS = {"attachments", "work-order-attachments"}
TOO_LARGE, NO_ROOM = "too large", "no room"


class Spool(FileUploadHandler):
    """Files of a person who has signed in, for an address that wants them; of anything else not a byte is kept."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.file: UploadedFile[Any] = UploadedFile(BytesIO())
        self.kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self._is_wanted():
            raise SkipFile
        self.refused = ""
        try:
            self.file = TemporaryUploadedFile("upload", self.content_type, 0, None)
        except OSError:
            self.file, self.refused = UploadedFile(BytesIO()), NO_ROOM
        self.file.name = self.file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.refused:
            return
        size = len(raw_data)
        if start + size > settings.ATTACHMENT_FILE_BYTES or self.kept + size > settings.ATTACHMENT_ORDER_BYTES:
            self._let_go(TOO_LARGE, start)
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._let_go(NO_ROOM, start)
        else:
            self.kept += size

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        try:
            self.file.seek(0)  # and what is still in memory is written
        except OSError:
            self._let_go(NO_ROOM, file_size)
        self.file.size = file_size
        vars(self.file)["refused"] = self.refused
        return self.file

    def upload_interrupted(self) -> None:
        self.file.close()

    def _is_wanted(self) -> bool:
        request = self.request
        if request is None or request.resolver_match is None or request.resolver_match.url_name not in DOORS:
            return False
        return isinstance(request.user, User)

    def _let_go(self, why: str, written: int) -> None:
        """The file's own part of the disk is free again at once."""
        self.refused = why
        self.kept -= written
        self.file.close()
        self.file = UploadedFile(BytesIO(), name=self.file_name)

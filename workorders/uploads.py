"""A file as a program sends it: one, in a form of fields, with a word on who may see it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

FILE, FOR_DEPARTMENTS = "file", "for_departments"
TRUTHS = {"true": True, "false": False}


def read(request: Request) -> tuple[UploadedFile[Any], bool | None]:
    """The file, and whether departments may see it where that was said. Raises ValidationError by field."""
    files, said = request.FILES.getlist(FILE), request.POST.getlist(FOR_DEPARTMENTS)
    wrong: dict[str, list[str]] = {
        name: [_("There is no such field.")]
        for name in {*request.FILES, *request.POST}
        if name not in (FILE, FOR_DEPARTMENTS)
    }
    if len(files) != 1:
        wrong[FILE] = [_("Send one file.")]
    if len(said) > 1 or not TRUTHS.keys() >= set(said):
        wrong[FOR_DEPARTMENTS] = [_("true or false.")]
    if wrong:
        raise ValidationError(wrong)
    return files[0], TRUTHS[said[0]] if said else None


def schema() -> dict[str, Any]:
    """The schema of what `read` takes."""
    whether = "Whether departments may see it; left out, they may unless the citizen's identity is kept from them."
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [FILE],
        "properties": {
            FILE: {"type": "string", "format": "binary", "description": "The file."},
            FOR_DEPARTMENTS: {"type": "boolean", "description": whether},
        },
    }

"""A file on its way out: to be saved, never to be shown or run on our own address."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from workorders.models import Attachment

logger = logging.getLogger(__name__)

# What even a browser that shows it after all may do with it: nothing.
POLICY = "sandbox; default-src 'none'"


def served(attachment: Attachment) -> FileResponse:
    """The file under its own name (RFC 5987). Http404 where it is not there: `audit_attachments` names it."""
    try:
        file = default_storage.open(str(attachment.file))
    except OSError:
        logger.error("attachment without its file", extra={"attachment": attachment.pk})
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response

"""Bootstrap's colour for each status, used with a word beside it."""

STATUS_COLOURS = {
    "registered": "azure",
    "referred": "blue",
    "answered": "indigo",
    "awaiting_callback": "purple",
    "deciding": "orange",
    "shelved": "yellow",
    "merged": "cyan",
    "closed": "green",
    "declined": "secondary",
    "withdrawn": "secondary",
    "invalid": "secondary",
    "sent": "azure",
    "accepted": "blue",
    "delegated": "cyan",
    "passed": "green",
    "returned": "orange",
}


def colour(status: str) -> str:
    """The colour of an order's or a referral's status."""
    return STATUS_COLOURS.get(status, "secondary")

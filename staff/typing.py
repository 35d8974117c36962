"""The request as the console's views get it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from staff.models import User


class StaffRequest(HttpRequest):
    """A request of a person who has signed in."""

    user: User
    htmx: HtmxDetails

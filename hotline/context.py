"""What every page may use."""

from django.conf import settings
from django.http import HttpRequest


def city(request: HttpRequest) -> dict[str, str]:
    """The city's name, as the head of each page has it."""
    return {"CITY_NAME": settings.CITY_NAME}

"""The hotline's addresses, and three where something is wrong, so that the pages of faults can be looked at."""

from typing import Never

from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import path

from hotline.urls import handler400, handler500
from hotline.urls import urlpatterns as good

__all__ = ["handler400", "handler500", "urlpatterns"]


def misread(request: HttpRequest) -> Never:
    raise BadRequest


def broken(request: HttpRequest) -> Never:
    raise RuntimeError


def away(request: HttpRequest) -> Never:
    raise OperationalError


urlpatterns = [path("misread/", misread), path("broken/", broken), path("away/", away), *good]

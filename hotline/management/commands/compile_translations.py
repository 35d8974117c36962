"""`manage.py compile_translations`: .po to .mo."""

from typing import Any

from django.core.management.base import BaseCommand

from hotline import translations


class Command(BaseCommand):
    """Needs no gettext programs."""

    help = "Compile the translations that changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        translations.compile_all()

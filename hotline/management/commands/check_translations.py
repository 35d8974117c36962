"""`manage.py check_translations`: exits 1 when a visible string lacks its Chinese."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hotline import translations


class Command(BaseCommand):
    """Needs no gettext programs."""

    help = "Look for missing, fuzzy and broken translations."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(translations.faults(translations.po_file(Path(settings.LOCALE_PATHS[0]))))
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(
                f"{len(faults)} strings to translate. Run: python manage.py extract_translations, then fill in "
                "locale/zh_Hans/LC_MESSAGES/django.po"
            )

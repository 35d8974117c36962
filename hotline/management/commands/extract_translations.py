"""`manage.py extract_translations`: brings new strings into the .po file, for a person to translate."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hotline import translations


class Command(BaseCommand):
    """Needs no gettext programs."""

    help = "Bring the strings of code and templates into the .po file."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        path = translations.po_file(Path(settings.LOCALE_PATHS[0]))
        count = translations.update(path)
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {count} strings")

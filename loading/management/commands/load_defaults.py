from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from loading import defaults


class Command(BaseCommand):
    help = "Enter the default categories and time limits that are missing; what is there is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        categories, limits = defaults.load()
        self.stdout.write(f"New: {categories} categories, {limits} time limits.")

#!/usr/bin/env python
"""Django's commands; local servers are started for as long as a command runs."""

import os
import sys

SERVERLESS = {"collectstatic", "compile_translations", "check_translations", "extract_translations", "help"}
"""Commands that need neither database nor broker."""


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from hotline.local import services
    from hotline.local.server import LocalServerError

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if settings.configured or command not in SERVERLESS:
        try:
            assert settings.DATABASES
            services.use_all()
        except LocalServerError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

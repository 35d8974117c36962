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

    from hotline.environment import SettingError
    from hotline.local import services
    from hotline.local.server import LocalServerError

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        if settings.configured or command not in SERVERLESS:
            assert settings.DATABASES
            services.use_all()
        execute_from_command_line(sys.argv)
    except (LocalServerError, SettingError) as error:  # their words say what to do; where they arose helps nobody
        sys.exit(str(error))


if __name__ == "__main__":
    main()

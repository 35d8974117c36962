"""`manage.py run`: everything on this machine, from an empty folder to a page in the browser."""

import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from hotline.environment import number, text
from hotline.supervisor import supervise


class Command(BaseCommand):
    """Prepares, then keeps web server, worker and beat running until Ctrl-C."""

    help = "Prepare everything and run web server, worker and clock together."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        port = number("PORT", 8000, least=1, most=65535)
        host = text("HOST", "127.0.0.1")
        self._refuse_taken_port(host, port)

        self._step("database: migrations", lambda: call_command("migrate", interactive=False, verbosity=0))
        self._step("translations", lambda: call_command("compile_translations"))
        self._step("static files", self._collect_static)
        if not options["no_demo"] and "load_demo" in get_commands() and self._is_empty():
            self._step("demo city (first run only)", lambda: call_command("load_demo"))
        connections.close_all()

        self._greet(host, port)
        if supervise(commands(host, port), folder=settings.BASE_DIR, say=self._say):
            raise CommandError("Stopped because a part of it stopped.")
        self._say("Stopped.")

    def _step(self, name: str, do: Callable[[], object]) -> None:
        self._say(f"• {name}")
        do()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError:
                raise CommandError(f"Port {port} is for root only. Choose another: PORT=8080 make run") from None
            except OSError as error:
                raise CommandError(
                    f"{host}:{port} cannot be used ({error.strerror}). Is it running already? "
                    f"Else choose another port: PORT={port + 1} make run"
                ) from None

    def _collect_static(self) -> None:
        missing = [str(folder) for folder in settings.VENDOR.values() if not folder.is_dir()]
        if missing:
            raise CommandError(f"Front-end packages are missing: {', '.join(missing)}. Run: make packages")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)

    def _is_empty(self) -> bool:
        return not apps.get_model("workorders", "WorkOrder")._default_manager.exists()

    def _greet(self, host: str, port: int) -> None:
        where = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104  # only compared
        self._say("")
        self._say(f"  The hotline of {settings.CITY_NAME} is at http://{where}:{port}/")
        if "demo_accounts" in get_commands():
            call_command("demo_accounts", stdout=self.stdout)
        self._say("  Ctrl-C stops everything.")
        self._say("")


def commands(host: str, port: int) -> dict[str, list[str]]:
    """The three processes."""
    as_root = "ignore:You're running the worker with superuser privileges"  # one's own machine; containers do not
    python = [sys.executable, "-W", as_root, "-m"]
    celery = [*python, "celery", "--app", "hotline", "--quiet"]
    return {
        "web": [*python, "gunicorn", "hotline.wsgi", "--config", "hotline/gunicorn.py", "--bind", f"{host}:{port}"],
        "worker": [*celery, "worker", "--concurrency", os.environ.get("WORKER_CONCURRENCY", "2")],
        "beat": [*celery, "beat"],
    }

"""The dated record of a run: the machine in words, what ran on it, and the table."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.ground import OPTIONS
from bench.run import Run
from bench.table import Row, as_markdown

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
PACKAGES = ("Django", "djangorestframework", "psycopg2-binary", "gunicorn", "celery", "redis")


def write(run: Run, rows: Sequence[Row], *, began: datetime, city: int, minutes: float) -> Path:
    """Write the record under docs/benchmarks; another run of the same day and size takes its place."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{began:%Y-%m-%d}-{run.orders}-orders.md"
    words = [
        f"# {city:,} orders, {began:%Y-%m-%d}\n",
        f"`BENCH_ORDERS={run.orders} make bench`, {minutes:.0f} minutes, city included where it was not there yet.\n",
        as_markdown(rows),
        "## The machine\n",
        f"{machine()}. Web server, workers, database, broker and the clients that measure share it.\n",
        f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in PACKAGES)}, "
        f"{run.postgres('postgres', '--version').strip()} with {', '.join(OPTIONS)}; "
        "every commit waits for the disk.\n",
    ]
    path.write_text("\n".join(words), encoding="utf-8")
    return path


def machine() -> str:
    """This machine in words."""
    name = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores ({name}), {memory:.0f} GiB of memory, Linux {platform.release().split('-')[0]}"

"""`python -m hotline.alive web|worker|beat`: exits 1 when that part hangs or is gone. The containers' health check.

It looks at what /healthz looks at, one part at a time and on this machine only: the web server is not ill because the
clock is, nor a worker well because another is. A clock that stands by is well.
"""

import json
import os
import sys
from http.client import HTTPConnection, HTTPException

from django.conf import settings

from hotline.environment import number
from hotline.health import beating, timed


def main(part: str) -> int:
    """The exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.settings")
    return 0 if (web() if part == "web" else timed(lambda: beating(part, here=True))["ok"]) else 1


def web() -> bool:
    """The web server answers and reaches the database."""
    host = (settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost").strip(".*") or "localhost"
    connection = HTTPConnection("127.0.0.1", number("PORT", 8000), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return bool(json.loads(connection.getresponse().read())["database"]["ok"])
    except (OSError, HTTPException, ValueError, KeyError):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

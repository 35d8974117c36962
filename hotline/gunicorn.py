"""The web server's own settings; logs go through hotline.logs, where the query string is left out."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
keepalive = 5
# A worker is replaced now and then, whatever it may have gathered in memory; not every minute of a busy hour.
max_requests = 50_000
max_requests_jitter = 5_000
preload_app = True
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()


def post_worker_init(worker: object) -> None:
    """What was loaded stays, so the collector need not look through it again with every few hundred new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

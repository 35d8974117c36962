"""The web server's own settings; logs go through hotline.logs, where the query string is left out."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
preload_app = True
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()

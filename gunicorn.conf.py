"""How gunicorn serves Nexa CRM; found by gunicorn itself in the folder it is started in."""

import os

from gunicorn.http import message

wsgi_app = "nexa.wsgi"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
# One process by default: its memory cache is the only one, so limits and revocations hold.
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
worker_class = "gthread"
threads = 8
graceful_timeout = 30
control_socket_disable = True
# The access log is ours: gunicorn's has whole paths in it, and tokens live in paths.
accesslog = None

# Filters and cursors are long, so lines of 64 kB are taken. Gunicorn cuts the setting down to
# its own ceiling unless that is raised too; its only other choice is no limit at all.
limit_request_line = 65536
message.MAX_REQUEST_LINE = limit_request_line

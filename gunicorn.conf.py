"""How gunicorn serves Nexa CRM; found by gunicorn itself in the folder it is started in."""

import os
import signal
import sys

from gunicorn.http import message

wsgi_app = "nexa.asgi"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
# One process by default: its memory cache is the only one, so limits and revocations hold.
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
# Requests run in threads of their own, WEB_THREADS of them (nexa/bridge.py). nexa.wsgi, which
# tells no changes as they happen, wants --worker-class gthread --threads 8.
worker_class = "asgi"
graceful_timeout = 30
# Longer than load balancers and clients keep a connection: whoever closes first may cut off a
# request that is just on its way, and those that write are not sent again by themselves.
keepalive = 75
control_socket_disable = True
# The access log is ours: gunicorn's has whole paths in it, and tokens live in paths.
accesslog = None

# Filters and cursors are long, so lines of 64 kB are taken. Gunicorn cuts the setting down to
# its own ceiling unless that is raised too; its only other choice is no limit at all.
limit_request_line = 65536
message.MAX_REQUEST_LINE = limit_request_line


def post_worker_init(worker):
    """End the sockets and streams first when a worker has to stop: it waits for all of them."""
    entrance = sys.modules.get("nexa.asgi")
    if entrance is None:
        return

    def stop():
        entrance.stop_listening()
        worker.handle_exit_signal()

    worker.loop.add_signal_handler(signal.SIGTERM, stop)

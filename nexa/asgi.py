"""The entrance for gunicorn; it stays closed while production is unsafe.

It serves everything: what ``nexa.wsgi`` does, and changes told as they happen.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from nexa.bridge import Bridge
from nexa.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")
django = get_wsgi_application()
refuse_unsafe_start()

from crm.realtime import sockets  # noqa: E402  (models can be imported from here on)
from crm.realtime.hub import hub  # noqa: E402

served = Bridge(django, threads=settings.WEB_THREADS, at_end=hub.stop)
application = sockets.beside(served)
stop_listening = hub.stop

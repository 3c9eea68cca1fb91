"""The entrance for ASGI servers; it stays closed while production is unsafe."""

import os

from django.core.asgi import get_asgi_application

from nexa.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")
application = get_asgi_application()
refuse_unsafe_start()

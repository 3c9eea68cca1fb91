"""The entrance for gunicorn; it stays closed while production is unsafe."""

import os

from django.core.wsgi import get_wsgi_application

from nexa.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")
application = get_wsgi_application()
refuse_unsafe_start()

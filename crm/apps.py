from django.apps import AppConfig


class CRMConfig(AppConfig):
    """The CRM: one app, many domains."""

    name = "crm"
    verbose_name = "Nexa CRM"

    def ready(self):
        from . import operations  # noqa: F401  (verbs registered there replace the plain ones)

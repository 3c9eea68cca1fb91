from django.apps import AppConfig


class NexaConfig(AppConfig):
    """The building itself: it has no tables, only checks before the start."""

    name = "nexa"
    verbose_name = "Nexa"

    def ready(self) -> None:
        from . import checks, cors

        checks.register_all()
        cors.register_all()

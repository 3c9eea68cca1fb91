"""Keep the translations up to date."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from nexa import translations


class Command(BaseCommand):
    """Collect what there is to translate (needs GNU gettext), and compile the catalogs."""

    help = "Collect what there is to translate and compile the catalogs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--compile", action="store_true", help="Only compile; needs no gettext tools."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            if not options["compile"]:
                translations.collect(language)
            translations.compile_catalog(language)
            left = translations.missing(language)
            self.stdout.write(f"{language}: {len(left)} to translate")
            for message in left[:20]:
                self.stdout.write(f"  {message}")

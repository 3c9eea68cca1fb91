"""Fill an empty house with a demo company."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from crm.demo.company import SIZES, found_company, is_founded
from crm.demo.staff import PASSWORD, SIGN_INS


class Command(BaseCommand):
    """Found the demo company, once."""

    help = "Store a believable small company with people to sign in as. Never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=SIZES, default="small")
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing, silently, where anybody is known."
        )

    def handle(self, *args: Any, size: str, if_empty: bool, **options: Any) -> None:
        if settings.APP_ENV == "production":
            raise CommandError("Demo users with a known password must not exist in production.")
        if if_empty and User.all_objects.exists():
            return
        if is_founded():
            self.stdout.write("The demo company is there already. Nothing was changed.")
            return
        counts = found_company(size, now=timezone.now())
        width = max(map(len, counts))
        for entity, count in counts.items():
            self.stdout.write(f"{entity:<{width}}  {count:>8,}")
        self.stdout.write(f"{'together':<{width}}  {sum(counts.values()):>8,}\n")
        self.stdout.write(f"Sign in with the password {PASSWORD} as:")
        for email in SIGN_INS:
            self.stdout.write(f"  {email}")

"""Make somebody an active administrator: the way in after installing, and after losing the key."""

import os
import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.operations import appoint_admin
from crm.core.errors import DomainError


class Command(BaseCommand):
    """Read a password and appoint the administrator."""

    help = (
        "Make a new person, or one who is known already, an active administrator. The password "
        "comes from ADMIN_PASSWORD, from the first line of the input or from a prompt, never "
        "from the command line, which other users of the machine can read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--full-name", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password from the input."
        )

    def handle(
        self, *args: Any, email: str, full_name: str, password_stdin: bool, **options: Any
    ) -> None:
        password = self.password(from_input=password_stdin)
        try:
            user, done = appoint_admin(email, full_name=full_name, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.email}: {', '.join(done)}.")

    def password(self, *, from_input: bool) -> str:
        if from_input:
            return sys.stdin.readline().rstrip("\r\n")
        if given := os.environ.get("ADMIN_PASSWORD"):
            return given
        if not sys.stdin.isatty():
            raise CommandError("No password: use --password-stdin or set ADMIN_PASSWORD.")
        password = getpass("Password: ")
        if password != getpass("Once more: "):
            raise CommandError("The two are not the same.")
        return password

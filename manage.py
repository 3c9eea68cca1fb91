#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")
    # Migrations and imports may take longer than the web's five seconds for a statement.
    os.environ.setdefault("DB_STATEMENT_TIMEOUT", "15m")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""What happens to links beyond being stored."""

import secrets
from typing import Any

from django.db import transaction

from crm.core import records

from .models import LinkAnalytics

CODE_BYTES = 9  # 72 bits: nobody finds a private link by trying (security.md I3)


@records.create.register
@transaction.atomic
def create_link(link: LinkAnalytics, *, by: Any) -> LinkAnalytics:
    """Make a short link; it gets a code that can't be guessed where none is wished for."""
    link.short_code = link.short_code or secrets.token_urlsafe(CODE_BYTES)
    return records.save_new(link, by=by)

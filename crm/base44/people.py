"""People as the second wire format shows them."""

from typing import Any

from django.conf import settings

from accounts.serializers import UserSerializer
from accounts.views import user_row

from .rows import shown


def person(user: Any) -> dict[str, Any]:
    """Return a user as they see themselves."""
    row = shown(UserSerializer.entity(), user_row(user))
    return {**row, "app_id": settings.BASE44_APP_ID}

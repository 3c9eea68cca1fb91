"""The menu of the pages."""

from typing import Any

from django import template

from nexa.menu import menu_for

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: Any) -> list[dict[str, Any]]:
    """Return the groups of the menu, as far as they are open to the reader."""
    return menu_for(context["request"])

"""The menu of the pages."""

from typing import Any

from django import template

from nexa.menu import menu_for

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: Any) -> list[dict[str, Any]]:
    """Return the groups of the menu, as far as they are open to the reader."""
    return menu_for(context["request"])


@register.simple_tag
def fill_palette(menu: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Return the entries of the menu whose title has ``text`` in it."""
    wanted = text.casefold()
    entries = [entry for group in menu for entry in group["items"]]
    return [entry for entry in entries if wanted in str(entry["title"]).casefold()]

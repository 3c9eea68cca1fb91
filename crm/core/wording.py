"""How fields, values and events are called on a page, in the reader's language.

The plain words follow from the names: ``expected_close_date`` is "Expected close date". What
should be called otherwise stands in the index page that ``CRM_WORDS`` names; it also lists the
words for translation.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext


@cache
def _exceptions() -> Any:
    return import_module(settings.CRM_WORDS)


def plain_words(name: str) -> str:
    """Return the English words in the name of a field or value."""
    return _spaced(name.removesuffix("_id"))


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").strip().capitalize()


def field_label(name: str, model_name: str = "") -> str:
    """Return what a field is called, by its name on the wire."""
    words = _exceptions()
    found = words.fields.get(f"{model_name}.{name}") or words.fields.get(name)
    return gettext(found or plain_words(name))


def in_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: languages with small nouns get a small one."""
    is_plain = name[1:].islower() or " " in name
    small = is_plain and (get_language() or "en").startswith("en")
    return name[:1].lower() + name[1:] if small else name


def noun(model: Any) -> str:
    """Return what a record of a model is called inside a sentence that refuses something."""
    return _said(str(model._meta.verbose_name), field_label)


def nouns(model: Any) -> str:
    """Return what several records of a model are called inside such a sentence."""
    return _said(str(model._meta.verbose_name_plural), field_label)


def field_word(name: str) -> str:
    """Return what a field is called inside such a sentence."""
    return _said(name, field_label)


def value_word(value: str) -> str:
    """Return what a value of a choice field is called inside such a sentence."""
    return _said(str(value), choice_label)


def _said(name: str, label: Callable[[str], str]) -> str:
    """English sentences say what goes over the wire, as the API's documents do."""
    return name if (get_language() or "en").startswith("en") else label(name)


def choice_label(value: str) -> str:
    """Return what a value of a choice field is called.

    What people named or counted stays as it is: capitals, numbers, and versions such as ``v1.2``.
    """
    found = _exceptions().choices.get(value)
    if found is None and (value != value.lower() or "." in value or value[:1].isdigit()):
        return value
    return gettext(found or _spaced(value)) if value else ""


def event_label(name: str) -> str:
    """Return an event as a sentence without its subject: ``deal.stage_changed`` → "moved …"."""
    kind, _, what = name.partition(".")
    found = _exceptions().events.get(name) or _exceptions().events.get(what)
    return gettext(found or plain_words(what))


def tone(value: str) -> str:
    """Return the colour a choice's value is shown in: good, warn, bad, calm, accent, plum or ''."""
    return _exceptions().tones.get(value, "")

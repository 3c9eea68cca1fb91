"""What can be asked of a record: tests of single fields, joined by all, any and not."""

import math
from dataclasses import dataclass
from typing import Any

import re2
from django.utils.translation import gettext as _

from ..errors import DomainError

MOST_TESTS = 500
DEEPEST = 12
MOST_VALUES = 5000
LONGEST_PATTERN = 1000
PATTERN_MEMORY = 8 << 20  # bytes that one compiled pattern may take


class BadQuery(DomainError):
    """A question that can't be understood; the message says which part of it."""

    code = "bad_query"


@dataclass(frozen=True)
class Test:
    """One field compared with one value.

    ``operator`` is one of eq, gt, gte, lt, lte, in, null, regex, all, size and element.
    """

    field: str
    operator: str
    value: Any


@dataclass(frozen=True)
class All:
    """Every part holds; no part at all always does."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Test | All | AnyOf | Not


def pattern(text: Any, flags: Any = "") -> Any:
    """Return a compiled pattern that takes linear time. Raises :class:`BadQuery`."""
    if not isinstance(text, str) or not isinstance(flags, str):
        raise BadQuery(_("A pattern and its options are texts."))
    if len(text) > LONGEST_PATTERN:
        raise BadQuery(_("A pattern has at most %(most)s characters.") % {"most": LONGEST_PATTERN})
    if strange := set(flags) - set("ims"):
        raise BadQuery(
            _("There is no option '%(option)s' of a pattern.") % {"option": "".join(strange)[:20]}
        )
    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    options.log_errors = False
    inline = "".join(sorted(set(flags)))
    try:
        return re2.compile(f"(?{inline})(?:{text})" if inline else text, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise BadQuery(
            _("The pattern can't be used: %(reason)s.") % {"reason": reason[:200]}
        ) from error


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

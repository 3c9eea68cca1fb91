"""Which rows somebody means: filters with names, comparisons of fields, and search.

Lists, statistics and saved filters such as a campaign's audience are read by this one
grammar. Nothing here knows how the question came in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .conditions import Unknown, condition
from .entity import Entity, filters_of
from .searchtext import matching
from .written import sound_text

LONGEST_SEARCH = 200
MOST_FILTERS = 100
#: told the name of a parameter that is wrong, and why
Complain = Callable[[str, str], None]


@dataclass(frozen=True)
class Asker:
    """Who asks, in the shape in which filters with a name look for it."""

    user: Any


def select(
    params: Any, entity: Entity, queryset: QuerySet, *, user: Any, complain: Complain
) -> QuerySet:
    """Return the rows that the parameters select; whatever is wrong goes to ``complain``.

    ``params`` is a mapping with several values a key, as Django has them of an address.
    """
    filterset_class = filters_of(entity.model)
    named = filterset_class.base_filters
    if len(params) > MOST_FILTERS:
        complain(
            list(params)[MOST_FILTERS],
            _("Filter by at most %(most)s things at once.") % {"most": MOST_FILTERS},
        )
    for key in islice(params, MOST_FILTERS):
        values = [value for value in params.getlist(key) if value != ""]
        if key in named or key == "search":
            continue
        if not values:
            _check_name(key, entity, user, complain)
            continue
        try:
            found, annotations = condition(entity, key, values, user=user)
        except Unknown as error:
            complain(key, f"{error} See /api/docs for the filters of this list.")
        except ValueError as error:
            complain(key, str(error))
        else:
            # alias() keeps helper columns out of the rows
            queryset = queryset.alias(**annotations).filter(found)
    filterset = filterset_class(params, queryset, request=Asker(user))
    if filterset.is_valid():
        queryset = filterset.qs
    else:
        for name, messages in filterset.errors.items():
            complain(name, " ".join(messages))
    return search(params.get("search", ""), queryset, complain)


def _check_name(key: str, entity: Entity, user: Any, complain: Complain) -> None:
    """An empty value is no filter, but its name must be one."""
    try:
        condition(entity, key, ["1"], user=user)
    except Unknown as error:
        complain(key, str(error))
    except ValueError:
        pass


def search(text: str, queryset: QuerySet, complain: Complain) -> QuerySet:
    """Keep the rows with all words of ``text``, in any order, whatever case and accents."""
    if not text.strip():
        return queryset
    try:
        if len(text) > LONGEST_SEARCH:
            raise ValueError(
                _("Search for at most %(most)s characters.") % {"most": LONGEST_SEARCH}
            )
        queryset = queryset.filter(matching(sound_text(text)))
    except ValueError as error:
        complain("search", str(error))
    return queryset

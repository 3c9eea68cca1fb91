"""How a number is told: with the list that shows what it is made of, and what it was before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.core.bases import Record
from crm.core.money import ZERO, rounded
from crm.core.wording import nouns

from .spans import Span

Filter = dict[str, str]
Numbers = dict[str, Any]


def may_view(user: Any, *models: type[Record]) -> bool:
    """Say whether the role of ``user`` may see records of all these kinds."""
    return all(user.has_perm(f"crm.view_{model._meta.model_name}") for model in models)


def check_view(user: Any, model: type[Record]) -> None:
    """Raise ``PermissionDenied`` where the role of ``user`` sees no records of a kind."""
    if not may_view(user, model):
        raise PermissionDenied(
            _("Your role may not view %(entities)s: the permission crm.view_%(model)s is missing.")
            % {"entities": nouns(model), "model": model._meta.model_name}
        )


def seen(model: type[Record], user: Any) -> Any:
    """Return the records of a kind that ``user`` may see."""
    rows: Any = model._default_manager.all()
    return rows.visible_to(user)


def linked(route: str, chosen: Filter, **numbers: Any) -> Numbers:
    """Return numbers with the list, and its parameters, that they are made of."""
    return {**numbers, "list": f"/api/v1/{route}", "filter": chosen}


def counted(rows: QuerySet, route: str, chosen: Filter) -> Numbers:
    """Return how many rows there are."""
    return linked(route, chosen, count=rows.count())


def compared(make: Callable[[Span], Numbers], span: Span, *, by: str) -> Numbers:
    """Return the numbers of a span beside those of the one before; ``by`` is what is compared."""
    numbers, before = make(span), span.before()
    if before is None:
        return {**numbers, "previous": None, "change": None}
    was = make(before)[by]
    return {**numbers, "previous": was, "change": change(numbers[by], was)}


def change(number: Any, was: Any) -> Decimal | None:
    """Return by how many per cent a number grew, None where it was nothing."""
    return _percent(number - was, was) if was and number is not None else None


def percent(part: Any, whole: Any) -> Decimal | None:
    """Return a share in per cent to one digit, None of nothing."""
    return _percent(part, whole) if whole else None


def _percent(part: Any, whole: Any) -> Decimal:
    return rounded(Decimal(part) * 1000 / Decimal(whole), "JPY") / 10


@dataclass(frozen=True)
class Group:
    """Amounts of one currency and rate; ``in_base`` is None where there is no rate."""

    count: int
    currency: str
    amount: Decimal
    in_base: Decimal | None


@dataclass
class Tally:
    """Adds up amounts of invoices in the base currency, and apart what has no rate."""

    base: str
    count: int = 0
    sum: Decimal = ZERO
    apart: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, group: Group) -> None:
        """Add a group of amounts."""
        self.count += group.count
        if group.in_base is not None:
            self.sum += group.in_base
        else:
            part = self.apart.setdefault(group.currency, [0, ZERO])
            part[0] += group.count
            part[1] += group.amount

    def numbers(self) -> Numbers:
        """Return what was added up."""
        unrated = [
            {"currency": currency, "count": count, "sum": amount}
            for currency, (count, amount) in sorted(self.apart.items())
        ]
        return {"count": self.count, "sum": self.sum, "unrated": unrated}

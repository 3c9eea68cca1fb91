"""One box over all kinds of record: what is called so, as far as somebody sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from .bases import Record
from .entity import by_model
from .links import label_of
from .searchtext import folded, matching

LONGEST_SEARCH = 200
MOST_OF_A_KIND = 5


@dataclass(frozen=True)
class Found:
    """A record that was found: its kind, its id and what it is called.

    ``note`` tells records of one name apart; ``begins`` says that what is searched in it begins
    with what was looked for.
    """

    kind: str
    id: Any
    label: str
    note: str = ""
    begins: bool = False


def sought(text: str) -> str:
    """Return what somebody looks for, cut to what databases take and to its longest."""
    return text.replace("\x00", "").strip()[:LONGEST_SEARCH]


def find_anywhere(
    text: str, *, user: Any, kinds: Iterable[str] = (), most: int = MOST_OF_A_KIND
) -> list[Found]:
    """Return the records with all words of ``text`` that ``user`` sees, at most so many a kind.

    What begins with the text comes first, then the latest. One query, whatever the kinds;
    without ``kinds`` all that can be searched.
    """
    text = sought(text)
    if not text:
        return []
    wanted = set(kinds)
    queries = [
        _rows(model, text, user, most)
        for model in by_model()
        if model.search_fields
        and (not wanted or model._meta.model_name in wanted)
        and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    ]
    if not queries:
        return []
    first, *others = queries
    rows = (first.union(*others, all=True) if others else first).order_by("rank", "-age", "pk")
    return [
        Found(kind, pk, label.strip() or "–", note or "", rank == 0)
        for kind, pk, label, note, rank, _age in rows
    ]


def _rows(model: type[Record], text: str, user: Any, most: int) -> QuerySet:
    # The best few are found inside: SQLite takes no limit in a part of a union.
    seen = model.objects.visible_to(user).filter(matching(text))
    rank: Any = Case(
        When(search_text__startswith=folded(text), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    best = seen.annotate(rank=rank).order_by("rank", "-created_at")[:most].values("pk")
    kind = Value(model._meta.model_name, CharField())
    return (
        model.objects.filter(pk__in=best)
        .order_by()
        .annotate(
            kind=kind,
            label=Cast(label_of(model), CharField()),
            note=_note(model),
            rank=rank,
            age=Cast("created_at", CharField()),
        )
        .values_list("kind", "pk", "label", "note", "rank", "age")
    )


def _note(model: type[Record]) -> Any:
    """Return the first short field that is searched and is no part of the name."""
    for name in model.search_fields:
        field = model._meta.get_field(name)
        if name not in model.label_fields and not isinstance(field, TextField):
            return Cast(name, CharField())
    return Value("", CharField())

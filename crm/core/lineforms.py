"""The lines of what is sold, as a form takes them: one row a line, in the order of the rows.

What a line may be and what lines add up to is the domain's to say; here texts become lines,
and refusals find their row.
"""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from .formfields import LookupField
from .forms import PageForm
from .linerows import (
    NUMBERS,
    Row,
    Sums,
    empty_row,
    is_empty,
    plain,
    rest_of,
    row_of,
    rows_sent,
    told,
)
from .links import label_of
from .widgets import TYPED
from .wording import field_label

EMPTY_ROWS = 3
#: the places that refusals name: ``items[0].discount``, and ``[0].quantity must be …``
PLACE = re.compile(r"^items\[(\d+)\]\.?(\w*)$")
LACKING = re.compile(r"^\[(\d+)\] lacks (\w+)")
SHAPE_PLACE = re.compile(r"^\[(\d+)\]\.?(\w*) (.+)$")


class LinesInput(forms.Widget):
    """Rows to type lines into, with their sums below.

    The value is the rows as JSON text, so that it compares and travels like that of any field.
    ``bad`` are the cells that were refused, ``told`` what was said about each row, ``matches``
    what a product that was typed may have meant; ``sums`` is what the domain made of it.
    """

    class Media:
        js = (forms.Script("js/lines.js", type="module"),)

    template_name = "components/widgets/lines.html"
    wide = True
    use_fieldset = True
    products: Any = None
    about = ""
    amounts: Any = ()
    sums = Sums()

    def __init__(self, attrs: Any = None):
        super().__init__(attrs)
        self.forget()

    def __deepcopy__(self, memo: Any) -> "LinesInput":
        copied: Any = super().__deepcopy__(memo)  # shallow but for attrs
        copied.forget()
        return copied

    def forget(self) -> None:
        """Begin without refusals."""
        self.bad: dict[tuple[int, str], bool] = {}
        self.told: dict[int, list[str]] = {}
        self.matches: dict[int, list[tuple[str, str]]] = {}

    def format_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return json.dumps([row_of(line) for line in value or []])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, "", attrs)
        rows = json.loads(self.format_value(value))
        labels = self.labels(rows)
        rows = rows + [empty_row()] * (1 if rows else EMPTY_ROWS)
        rows = self._filled(rows)
        context["widget"] |= {
            "rows": [self._shown(at, row, labels) for at, row in enumerate(rows)],
            "blank": self._shown("new", empty_row(), labels),
            "about": self.about,
            "amounts": self.amounts,
            "sums": self.sums,
            "preview": _address("lines-preview"),
            "lookup": _address("lookup", "products"),
        }
        return context

    def _filled(self, rows: list[Row]) -> list[Row]:
        """Return the rows with each line's total, and what its product filled in."""
        lines = self.sums.lines
        filled = [row_of(line) | {"total": line.get("total")} for line in lines]
        known: list[Row] = [*filled, *[{}] * len(rows)]
        return [
            {**row, **{part: row[part] or more.get(part, "") for part in ("name", "unit_price")}}
            | {"total": more.get("total")}
            for row, more in zip(rows, known, strict=False)
        ]

    def _shown(self, at: Any, row: Row, labels: dict[str, str]) -> Row:
        key = row["product"]
        is_typed = key.startswith(TYPED)
        return {
            **row,
            "row": at,
            "product": "" if is_typed else key,
            "label": key.removeprefix(TYPED) if is_typed else labels.get(key, ""),
            "bad": {part for (place, part) in self.bad if place == at},
            "told": self.told.get(at, []),
            "matches": self.matches.get(at) or self.sums.matches.get(at),
        }

    def labels(self, rows: list[Row]) -> dict[str, str]:
        """Return what the products of rows are called, in one query; they may be gone since."""
        keys = {row["product"] for row in rows} - {""}
        keys = {key for key in keys if not key.startswith(TYPED)}
        if not keys or self.products is None:
            return {}
        model = self.products.model
        try:
            found = model.all_objects.filter(pk__in=keys).order_by()
            return {str(pk): str(text) for pk, text in found.values_list("pk", label_of(model))}
        except ValidationError:  # what was sent is no id; the field says so
            return {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:  # as a program sends it, or as somebody else's version was chosen
            return data[name]
        if f"{name}-name" not in data:
            return None
        return json.dumps([row for row in rows_sent(data, name) if not is_empty(row)])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-name" not in data

    def id_for_label(self, id_: str) -> str:
        """Return the first cell that was refused, else the first of all."""
        at, part = min(self.bad, default=(0, "product"))
        return f"{id_}-{at}-{part}"

    def label(self, value: str) -> str:
        """Return rows as people read them in a sentence."""
        return ", ".join(f"{row['quantity']} × {row['name']}" for row in json.loads(value or "[]"))


class LinesField(forms.Field):
    """Lines typed into rows; cleaned they are what the API would be sent."""

    widget = LinesInput

    def __init__(self, *, products: Any, **options: Any):
        super().__init__(**{"required": False, **options})
        self.products = products
        self.widget.products = products

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """Return the lines. Raises ``ValidationError`` that names line and field."""
        widget: Any = self.widget
        widget.forget()
        try:
            rows = json.loads(value or "[]") if isinstance(value, str) else value or []
        except ValueError as error:
            raise ValidationError(_("These are no lines.")) from error
        lines, refusals = [], []
        for at, row in enumerate(rows):
            line, refused = self._line(at, row)
            lines.append(line)
            refusals += [tell(widget, at, part, message) for part, message in refused]
        if refusals:
            raise ValidationError(refusals)
        return lines

    def _line(self, at: int, row: Row) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        line: dict[str, Any] = rest_of(row["rest"])
        refused = []
        if row["product"]:
            try:
                line["product_id"] = self._product(at, row["product"])
            except ValidationError as error:
                refused.append(("product", error.messages[0]))
        if row["name"].strip():
            line["name"] = row["name"].strip()
        for part in NUMBERS:
            try:
                number = forms.DecimalField(required=False, localize=True).clean(row[part])
            except ValidationError as error:
                refused.append((part, error.messages[0]))
                continue
            if number is not None:
                line[part] = plain(number)
        if not row["quantity"].strip():
            refused.append(("quantity", _("A value is missing.")))
        return line, refused

    def _product(self, at: int, key: str) -> str:
        if not key.startswith(TYPED):
            return key
        found = LookupField(queryset=self.products)
        try:
            return str(found.to_python(key).pk)
        except ValidationError:
            widget: Any = self.widget
            widget.matches[at] = found.widget.matches
            raise

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            sent = self.to_python(data)
        except ValidationError:
            return True
        return [told(line) for line in initial or []] != [told(line) for line in sent]


class LinesForm(PageForm):
    """A form with lines: refusals of a line name its row, amounts stand among the sums."""

    lines_name = "items"
    #: fields that are shown among the sums
    amount_names: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.lines_name not in self.fields:
            return
        widget: Any = self.fields[self.lines_name].widget
        stored = "" if self.instance._state.adding else self.instance.pk
        widget.about = f"{self._meta.model._meta.model_name}:{stored}"
        widget.amounts = [self[name] for name in self.amount_names if name in self.fields]

    def _tell(self, refusal: ValidationError) -> None:
        if self.lines_name in self.fields and hasattr(refusal, "error_dict"):
            widget = self.fields[self.lines_name].widget
            refusal = in_rows(refusal, widget, name=self.lines_name)
        super()._tell(refusal)


def in_rows(refusal: ValidationError, widget: Any, *, name: str) -> ValidationError:
    """Return a refusal with the places in lines told as people count them."""
    found: dict[str, list[str]] = {}
    for path, messages in refusal.message_dict.items():
        place = PLACE.match(path)
        for message in messages:
            inside = SHAPE_PLACE.match(message) if path == name else None
            lacking = LACKING.match(message) if path == name else None
            if place:
                message = tell(widget, int(place[1]), place[2], message)
            elif lacking:
                message = tell(widget, int(lacking[1]), lacking[2], _("A value is missing."))
            elif inside:
                message = tell(widget, int(inside[1]), inside[2], inside[3])
            found.setdefault(name if place else path, []).append(message)
    return ValidationError(found)  # type: ignore[arg-type]


def tell(widget: Any, at: int, part: str, message: str) -> str:
    """Mark a cell as refused and return the sentence that names it."""
    part = part.removesuffix("_id") or "name"
    widget.bad[at, part] = True
    labels = {"name": _("Description"), "tax_rate": _("Tax %")}
    label = labels.get(part) or field_label(part)
    widget.told.setdefault(at, []).append(f"{label}: {message}")
    return _("Line %(number)s, %(field)s: %(message)s") % {
        "number": at + 1,
        "field": label[:1].lower() + label[1:],
        "message": message,
    }


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

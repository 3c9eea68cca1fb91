"""Pages with a line editor: their sums come from the server, before saving too."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from crm.core.money import base_currency
from crm.core.pages import RecordPages, signed_in
from crm.core.pages.registry import pages_by_kind

from .lineforms import PricedForm, sums_of, sums_typed


class PricedPages(RecordPages):
    """Pages of documents with lines."""

    form_base = PricedForm

    def grouped(self, form: Any) -> list[tuple[str, list[Any]]]:
        """Leave out the amounts that stand among the sums of the lines."""
        inside = PricedForm.amount_names if "items" in form.fields else ()
        groups = [
            (title, [field for field in fields if field.name not in inside])
            for title, fields in super().grouped(form)
        ]
        return [(title, fields) for title, fields in groups if fields]

    def edit(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Change what may still change; what stands is not offered."""
        record = self.get_for(request, "change", pk)
        return self._change(request, pk, self.open_names(request, record), "form.html")

    def open_names(self, request: HttpRequest, record: Any) -> list[str]:
        """Return the fields that may still change on a document."""
        return self.form_names(request)

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"currency": base_currency(), **super()._initial(request)}

    def inline_fields(self, request: HttpRequest) -> list[str]:
        """Lines are changed together with their sums, in the whole form."""
        return [name for name in super().inline_fields(request) if name != "items"]

    def render(
        self, request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        form = context.get("form")
        if form is not None and "items" in form.fields:
            widget = form.fields["items"].widget
            is_typed = form.is_bound and "items-name" in form.data
            record = form.instance
            widget.sums = sums_typed(form.data, record) if is_typed else sums_of(record)
            if form.errors and widget.sums.told:
                widget.sums.told = []  # the summary and the rows say the same
        return super().render(request, page, context, status=status)


@signed_in
@require_POST
def preview_lines(request: HttpRequest) -> HttpResponse:
    """Answer with what the typed lines come to. Nothing is stored."""
    kind, _sep, key = request.POST.get("items-of", "").partition(":")
    pages = pages_by_kind().get(kind)
    if pages is None or "items" not in pages.entity.columns:
        raise Http404
    if key:
        record = pages.get_for(request, "change", _id(key))
    elif pages.may(request, "add"):
        record = pages.model()
    else:
        raise PermissionDenied
    sums = sums_typed(request.POST, record)
    context = {"sums": sums, "name": "items", "prefix": "id_items-"}
    return render(request, "crm/lines_preview.html", context)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error

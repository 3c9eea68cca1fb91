"""Creating and changing records on pages."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from crm.core import once, records
from crm.core.forms import PageForm, build_form
from crm.core.models import LinkedRecord

from . import conflicts
from .access import require_permission
from .cells import short_label
from .registry import pages_by_kind


class Editing:
    """The half of :class:`RecordPages` that writes."""

    form_base: type[PageForm] = PageForm

    # -- forms ---------------------------------------------------------------------------

    def writable(self: Any, request: HttpRequest) -> list[str]:
        """Return the fields that the caller may write, as the API has them."""
        fields = self.viewset.serializer_class().fields
        readable = self.entity.readable(request.user)
        names = [
            name
            for name, field in fields.items()
            if not field.read_only and name in readable and self._may_hand_over(request, name)
        ]
        return [*names, "related_to"] if issubclass(self.model, LinkedRecord) else names

    def _may_hand_over(self: Any, request: HttpRequest, name: str) -> bool:
        is_owner = name.removesuffix("_id") == self.model.owner_field
        return not is_owner or bool(request.user.assigning(self.kind))

    def form_names(self: Any, request: HttpRequest) -> list[str]:
        """Return the fields of the whole form: those of the groups that may be written."""
        writable = set(self.writable(request))
        named = [name for _title, names in self.groups for name in names if name in writable]
        if "related_to" in writable and "related_to" not in named:
            named.append("related_to")
        return named

    def inline_fields(self: Any, request: HttpRequest) -> list[str]:
        """Return the fields that can be changed one at a time."""
        return [name for name in self.form_names(request) if name != "related_to"]

    def form(
        self: Any,
        request: HttpRequest,
        names: list[str],
        *,
        record: Any = None,
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> Any:
        """Return a form over some fields, empty or with what was sent."""
        build = build_form(
            self.model, names, user=request.user, slug_of=slug_of, base=self.form_base
        )
        return build(
            data,
            request.FILES if data is not None else None,
            request=request,
            instance=record or self.model(),
            initial=initial,
            may_create=lambda slug: may_create(request, slug),
        )

    def grouped(self: Any, form: Any) -> list[tuple[str, list[Any]]]:
        """Return the form's fields in the entity's groups."""
        left = [name for name in form.fields if not form[name].is_hidden]
        groups = []
        for title, names in self.groups:
            inside = [n for n in map(column_name(self.model), names) if n in left]
            left = [name for name in left if name not in inside]
            groups.append((str(title), [form[name] for name in inside]))
        groups.append((_("More") if groups else "", [form[name] for name in left]))
        return [(title, fields) for title, fields in groups if fields]

    # -- pages ---------------------------------------------------------------------------

    def new(self: Any, request: HttpRequest) -> HttpResponse:
        """A form for a new record; sent twice it still makes one."""
        if not self.can_create:
            raise Http404
        return self._create(request, self.form_names(request), self._initial(request), "form.html")

    def new_for_lookup(self: Any, request: HttpRequest) -> HttpResponse:
        """The few fields that a new record needs when a lookup did not find it."""
        names = list(self.quick) or self.form_names(request)
        first, *others = [column_name(self.model)(name) for name in self.model.label_fields]
        text = request.GET.get("name", "").strip()
        initial = {first: text}
        if others and " " in text:
            initial[first], _sep, initial[others[0]] = text.partition(" ")
        return self._create(request, names, initial, "new.html")

    def add(self: Any, request: HttpRequest, pk: Any, kind: str) -> HttpResponse:
        """Add a note, call, task … to a record without leaving it."""
        record = self.get_for(request, "view", pk)
        pages = pages_by_kind().get(kind)
        if pages is None or not pages.can_create or not issubclass(pages.model, LinkedRecord):
            raise Http404
        require_permission(request.user, f"crm.add_{kind}")
        if self.kind not in pages.model.link_kinds():
            raise Http404
        initial = {"related_to": f"{self.kind}:{record.pk}", **pages.initial_about(record)}
        names = [*pages.quick, "related_to"]
        return pages._create(request, names, initial, "add.html", about=(self, record))

    def initial_about(self: Any, record: Any) -> dict[str, Any]:
        """Return what a new one begins with when it is added to ``record``."""
        return {}

    def _create(
        self: Any,
        request: HttpRequest,
        names: list[str],
        initial: dict[str, Any],
        page: str,
        about: Any = None,
    ) -> HttpResponse:
        token = once.token_of(request)
        record = self.model(pk=once.key_of(token))
        for name, value in self.fixed_values(request).items():
            setattr(record, name, value)
        data = request.POST if request.method == "POST" else None
        form = self.form(request, names, record=record, data=data, initial=initial)
        form.is_only_shown = not self.is_sent(request)
        if self.is_sent(request):
            stored = self.sent_before(request, record.pk)
            if stored is not None or form.is_valid():
                return self._stored(request, stored or record, about)
        context = {"groups": self.grouped(form)}
        return self.show_new(request, page, form, token, about, **context)

    def is_sent(self: Any, request: HttpRequest) -> bool:
        """Whether a form is to be stored, and not only shown once more (``again``)."""
        return request.method == "POST" and "again" not in request.POST

    def sent_before(self: Any, request: HttpRequest, key: Any) -> Any:
        """Return the record that the caller made by sending the same form before, or None."""
        return self.model.all_objects.filter(pk=key, created_by=request.user.pk).first()

    def show_new(
        self: Any,
        request: HttpRequest,
        page: str,
        form: Any,
        token: str,
        about: Any,
        **context: Any,
    ) -> HttpResponse:
        """Draw the form of a new record; ``about`` is the one that it is added to, if any."""
        context |= {"form": form, "once": token, "about": about}
        context["next"] = request.POST.get("next") or request.GET.get("next", "")
        return self.show_form(request, page, context)

    def show_form(self: Any, request: HttpRequest, page: str, context: Any) -> HttpResponse:
        """Draw a page with a form, or the form alone for a script."""
        if getattr(request, "htmx", False):
            page = page.replace(".html", ".html#form")
        return self.render(request, page, context)

    def _stored(self: Any, request: HttpRequest, record: Any, about: Any) -> HttpResponse:
        for told in records.warnings_of(record):
            messages.warning(request, told)
        if request.headers.get("X-Lookup"):
            response = HttpResponse(status=204)
            response["X-Created-Id"] = str(record.pk)
            response["X-Created-Label"] = quote(self.name_of(record))
            return response
        messages.success(request, _("%(record)s was added.") % {"record": self.name_of(record)})
        if about is not None:
            return self.go(request, about[0].address(about[1].pk))
        return self.go(request, self.next_address(request) or self.address(record.pk))

    def edit(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Change a record; two people who change it at once are told."""
        return self._change(request, pk, self.form_names(request), "form.html")

    def edit_field(self: Any, request: HttpRequest, pk: Any, name: str) -> HttpResponse:
        """Change one field on the spot."""
        name = name.replace("-", "_")
        if name not in self.inline_fields(request):
            raise Http404
        return self._change(request, pk, [name], "field.html", one=name)

    def _change(
        self: Any, request: HttpRequest, pk: Any, names: list[str], page: str, one: str = ""
    ) -> HttpResponse:
        record = self.get_for(request, "change", pk)
        data = request.POST if request.method == "POST" else None
        if data is not None:
            data = conflicts.settled(data)
        form = self.form(request, names, record=record, data=data)
        form.is_only_shown = not self.is_sent(request)
        if self.is_sent(request) and form.is_valid():
            return self._changed(request, record, one)
        clashes: list[Any] = []
        if form.is_stale:
            fresh = self.form(request, names, record=self.get_for(request, "change", pk))
            form, clashes = conflicts.merged(self, request, form, fresh, names)
        context = {
            "form": form,
            "groups": self.grouped(form),
            "record": record,
            "clashes": clashes,
            "shown": conflicts.shown(form),
            "field": one,
        }
        return self.show_form(request, page, context)

    def _changed(self: Any, request: HttpRequest, record: Any, one: str) -> HttpResponse:
        for told in records.warnings_of(record):
            messages.warning(request, told)
        if not (one and getattr(request, "htmx", False)):
            messages.success(request, _("%(record)s was saved.") % {"record": self.name_of(record)})
        return self.go(request, self.next_address(request) or self.address(record.pk))

    # -- what they share -----------------------------------------------------------------

    def fixed_values(self: Any, request: HttpRequest) -> dict[str, Any]:
        """Return what a new record has without being asked."""
        return {}

    def name_of(self: Any, record: Any) -> str:
        """Return what a record is called in a message."""
        return str(record) or self.title_of_one

    def label_of(self: Any, row: dict[str, Any]) -> str:
        """Return what a record is called, from its row."""
        return short_label(self.model, row)

    def words_for_adding(self: Any) -> str:
        """Return the words of the button that adds one to another record."""
        return self.title_of_one

    def go(self: Any, request: HttpRequest, address: str) -> HttpResponse:
        """Lead to another page; a script is told to do the same."""
        if getattr(request, "htmx", False):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = address
            return response
        return redirect(address)

    def next_address(self: Any, request: HttpRequest) -> str:
        """Return where the form was asked to lead, where that is one of our pages."""
        wanted = request.POST.get("next") or request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        return wanted if safe and wanted.startswith("/") else ""

    def _initial(self: Any, request: HttpRequest) -> dict[str, Any]:
        """Return what the address asks a new record to begin with."""
        kind, key = request.GET.get("related_to_type"), request.GET.get("related_to_id")
        found = {
            column_name(self.model)(name): request.GET[name]
            for name in self.form_names(request)
            if name in request.GET
        }
        owner = self.model.owner_field
        if owner and owner != "created_by":
            found.setdefault(owner, str(request.user.pk))
        return {**found, "related_to": f"{kind}:{key}"} if kind and key else found


def column_name(model: Any) -> Any:
    """Return the function that turns a name on the wire into the model's."""
    known = {field.name for field in model._meta.concrete_fields}

    def named(name: str) -> str:
        return name if name in known or name == "related_to" else name.removesuffix("_id")

    return named


def slug_of(model: Any) -> str:
    """Return the first part of the addresses of a model's pages."""
    pages = pages_by_kind().get(str(model._meta.model_name))
    return pages.slug if pages else ""


def may_create(request: HttpRequest, slug: str) -> bool:
    """Whether the caller may make such a record from within a lookup."""
    for pages in pages_by_kind().values():
        if pages.slug == slug:
            return pages.can_create and pages.kind != "user" and pages.may(request, "add")
    return False

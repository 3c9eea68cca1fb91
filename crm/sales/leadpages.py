"""The pages of leads: list, record and form, the next steps, and the conversion."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.company import Company
from crm.core.errors import DomainError
from crm.core.pages import Action, RecordPages
from crm.core.pages.cells import cell_of
from crm.core.pages.registry import pages_by_kind
from crm.core.wording import choice_label

from . import conversion, leads, scoring
from .leadforms import AssignForm, ConvertForm, LeadForm
from .leadviewsets import LeadViewSet
from .matches import Match
from .models import Lead

Status = Lead.Status
ICONS = {
    Status.NEW: "undo-2",
    Status.CONTACTED: "phone",
    Status.QUALIFIED: "thumbs-up",
    Status.UNQUALIFIED: "thumbs-down",
}
FOUND_BY = {
    "id": gettext_lazy("chosen by you"),
    "email": gettext_lazy("it has the same email address"),
    "domain": gettext_lazy("it has the same domain"),
    "name": gettext_lazy("it has the same name"),
    "contact": gettext_lazy("the contact works there"),
}


class LeadPages(RecordPages):
    viewset = LeadViewSet
    slug = "leads"
    icon = "user-round-search"
    form_base = LeadForm
    columns = ("company", "email", "status", "lead_score", "source", "assigned_to", "created_at")
    facts = ("company", "title", "email", "phone", "source", "lead_score", "assigned_to")
    groups = (
        (
            gettext_lazy("Person"),
            ("first_name", "last_name", "email", "phone", "title"),
        ),
        (
            gettext_lazy("Company"),
            ("company", "industry", "website", "employees", "annual_revenue"),
        ),
        (
            gettext_lazy("Lead"),
            ("status", "source", "lead_score", "assigned_to", "last_contact_date"),
        ),
        (gettext_lazy("Address"), ("address", "postal_code", "city", "state", "country")),
        (gettext_lazy("About"), ("notes",)),
    )
    quick = ("first_name", "last_name", "email", "company")

    def more_urls(self) -> list[Any]:
        lead, change = f"{self.slug}/<uuid:pk>", "change"
        return [
            path(f"{lead}/step/", self._page(change, require_POST(self.step)), name="lead-step"),
            path(f"{lead}/assign/", self._page(change, self.assign), name="lead-assign"),
            path(
                f"{lead}/score/release/",
                self._page(change, require_POST(self.release_score)),
                name="lead-release-score",
            ),
            path(f"{lead}/convert/", self._page(change, self.convert), name="lead-convert"),
        ]

    def new(self, request: HttpRequest) -> HttpResponse:
        """A form for a new lead. Its score is the rules' to say: it isn't asked for."""
        names = [name for name in self.form_names(request) if name != "lead_score"]
        return self._create(request, names, self._initial(request), "form.html")

    # -- the record ----------------------------------------------------------------------

    def actions(self, request: HttpRequest, record: Lead) -> list[Action]:
        """Return the next steps, the likeliest first."""
        found: list[Action] = []
        if getattr(record, "may_change", False):
            found = self._steps(record)
        if record.status == Status.CONVERTED:
            return found
        assign = reverse("lead-assign", args=[record.pk])
        user: Any = request.user
        match user.assigning("lead"):
            case "take" if record.assigned_to_id is None:
                hidden = {"assigned_to": str(user.pk)}
                take = Action(_("Take this lead"), assign, "hand", "post", "primary", hidden=hidden)
                found.insert(0, take)
            case "all" | "team":
                found.append(Action(_("Assign"), assign, "user-round-plus"))
        return found

    def _steps(self, lead: Lead) -> list[Action]:
        convert = reverse("lead-convert", args=[lead.pk])
        if lead.status == Status.CONVERTED:
            return [Action(_("Where it went"), convert, "arrow-right-left")]
        step = reverse("lead-step", args=[lead.pk])
        steps = [
            Action(choice_label(to), step, ICONS[Status(to)], "post", hidden={"status": str(to)})
            for to in leads.moves_from(lead.status)
        ]
        if lead.status != Status.UNQUALIFIED:
            style = "primary" if lead.status == Status.QUALIFIED else "light"
            steps.insert(0, Action(_("Convert"), convert, "arrow-right-left", style=style))
        return steps

    def more(self, request: HttpRequest, record: Lead) -> dict[str, Any]:
        """Return where the score comes from."""
        did = scoring.behaviour_of(record)
        rules = scoring.explain(record, did, now=timezone.now())
        may_release = getattr(record, "may_change", False) and record.score_is_manual
        return {
            "score_rules": [rule for rule in rules if rule["points"]],
            "may_release_score": may_release and record.status != Status.CONVERTED,
        }

    def step(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Move the lead to another status."""
        lead = self.get_for(request, "change", pk)
        status = request.POST.get("status", "")
        try:
            records.change(lead, {"status": status}, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            told = _("%(lead)s is %(status)s now.")
            words = {"lead": lead, "status": choice_label(status).lower()}
            messages.success(request, told % words)
        return self.go(request, self.address(pk))

    def assign(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Hand the lead to somebody else, or take a free one for oneself."""
        lead = self.get_for(request, "view", pk)
        user: Any = request.user
        if not user.assigning("lead"):
            raise PermissionDenied(_("You may not assign leads."))
        data = request.POST if request.method == "POST" else None
        form = AssignForm(data, lead=lead, user=user)
        if data is not None and form.is_valid():
            owner = form.cleaned_data["assigned_to"]
            messages.success(
                request,
                _("%(lead)s belongs to %(owner)s now.") % {"lead": lead, "owner": owner.full_name}
                if owner
                else _("%(lead)s belongs to nobody now.") % {"lead": lead},
            )
            is_seen = self.queryset(request).filter(pk=pk).exists()
            return self.go(request, self.address(pk) if is_seen else reverse("lead-list"))
        return self.render(request, "assign.html", {"record": lead, "form": form})

    def release_score(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Let the rules compute a score again that somebody had set."""
        lead = self.get_for(request, "change", pk)
        leads.release_score(lead, by=request.user)
        messages.success(request, _("The score follows the rules again."))
        return self.go(request, self.address(pk))

    # -- conversion ----------------------------------------------------------------------

    def convert(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Show what a conversion would do, then do it; a converted lead shows what it became."""
        lead = self.get_for(request, "change", pk)
        if lead.status == Status.CONVERTED:
            return self.render(request, "converted.html", self._became(request, lead))
        is_sent = request.method == "POST"
        is_final = is_sent and "again" not in request.POST
        data = request.POST if is_sent else None
        form = ConvertForm(data, lead=lead, user=request.user, is_final=is_final)
        if is_final and form.is_valid():
            messages.success(request, _("%(lead)s was converted.") % {"lead": lead})
            return redirect("lead-convert", pk=pk)
        form.is_valid()
        plan = conversion.plan_conversion(lead, form.wishes, by=request.user)
        currency = Company.current().base_currency
        context = {
            "record": lead,
            "form": form,
            "sides": [
                _told(request, "account", plan.account, currency),
                _told(request, "contact", plan.contact, currency),
            ],
            "moves": [
                (pages_by_kind()[kind].title, count)
                for kind, count in conversion.count_links(lead).items()
            ],
            "owner": plan.owner,
            "is_over": lead.status == Status.UNQUALIFIED,
        }
        is_part = self._wants_part(request, "preview")
        page = "convert.html#preview" if is_part else "convert.html"
        return self.render(request, page, context)

    def _became(self, request: HttpRequest, lead: Lead) -> dict[str, Any]:
        """Return what the lead became, as far as the reader sees it."""
        done = conversion.conversion_of(lead)
        found = []
        for kind in ("contact", "account", "deal"):
            record, pages = getattr(done, kind), pages_by_kind()[kind]
            if record is None:
                continue
            is_seen = pages.may(request, "view") and (
                pages.model.objects.visible_to(request.user).filter(pk=record.pk).exists()
            )
            found.append(
                {
                    "kind": pages.title_of_one,
                    "icon": pages.icon,
                    "label": str(record) if is_seen else _("out of your sight"),
                    "link": pages.address(record.pk) if is_seen else "",
                }
            )
        return {"record": lead, "became": found}


def _told(request: HttpRequest, kind: str, match: Match, currency: str) -> dict[str, Any]:
    """Return one side of a conversion in words."""
    pages = pages_by_kind()[kind]
    record = match.record
    cells = [
        cell_of(pages.entity, name, {name: value}, currency=currency)
        for name, value in match.values.items()
        if name != "account"  # it stands beside the contact
    ]
    is_found = match.action == "found"
    return {
        "name": kind,
        "kind": pages.title_of_one,
        "icon": pages.icon,
        "action": match.action,
        "label": str(record) if record is not None else "",
        "link": pages.address(record.pk) if is_found and pages.may(request, "view") else "",
        "why": FOUND_BY.get(match.by, ""),
        "cells": [cell for cell in cells if not cell.is_empty],
    }

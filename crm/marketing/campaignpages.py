"""How a campaign is made and sent on pages: audience, message, start; pause and resume."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.core import records
from crm.core.errors import DomainError
from crm.messaging.framing import framed
from crm.messaging.templatepages import AboutForm, placeholders

from . import audience, operations, previews
from .forms import ContentForm, StartForm, sent_audience, shown_audience
from .models import Campaign
from .report import report

Status = Campaign.Status
EDITABLE = (Status.DRAFT, Status.SCHEDULED)
#: the kinds of record that a campaign can be shown for
READERS = ("contact", "lead")


class Building:
    """The half of the campaigns' pages that leads from a draft to a report."""

    def more_urls(self: Any) -> list[Any]:
        """Return the addresses of the steps and of the moves."""
        change, view = "change", "view"
        pages = {
            "audience": (change, self.audience),
            "count": (change, require_POST(self.count)),
            "content": (change, self.content),
            "preview": (change, self.preview),
            "start": (change, self.start),
            "test": (change, require_POST(self.test)),
            "pause": (change, require_POST(self.pause)),
            "resume": (change, require_POST(self.resume)),
            "unschedule": (change, require_POST(self.unschedule)),
            "report": (view, require_safe(self.report)),
            "progress": (view, require_safe(self.progress)),
        }
        return [
            path(f"campaigns/<uuid:pk>/{name}/", self._page(verb, page), name=f"campaign-{name}")
            for name, (verb, page) in pages.items()
        ]

    # -- the steps -----------------------------------------------------------------------

    def audience(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Whom it goes to: the filters of the lists, and how many that makes."""
        campaign = self._draft(request, pk)
        wanted = campaign.audience
        problems: list[str] = []
        if request.method == "POST":
            wanted = sent_audience(request.POST, campaign.audience)
            if "again" not in request.POST:
                problems = self._try(
                    lambda: records.change(campaign, {"audience": wanted}, by=request.user)
                )
                if not problems:
                    return redirect("campaign-content", pk)
        context = {
            "sources": shown_audience(request, wanted),
            "consent": wanted.get(audience.CONSENT, False),
            "left_out": len(wanted.get(audience.EXCLUDED, [])),
            "problems": problems,
            **self._counted(request, campaign, wanted),
        }
        return self.render(request, "audience.html", self._step(campaign, context))

    def count(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """How many an audience comes to that is not stored yet."""
        campaign = self._draft(request, pk)
        wanted = sent_audience(request.POST, campaign.audience)
        context = self._counted(request, campaign, wanted)
        return self.render(request, "audience.html#count", context)

    def content(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """What it says, with a look at how somebody reads it and a test mail."""
        campaign = self._draft(request, pk)
        form = ContentForm(request.POST or None, initial=campaign.content)
        if request.method == "POST" and form.is_valid():
            said = form.content(campaign)
            problems = self._try(
                lambda: records.change(campaign, {"content": said}, by=request.user)
            )
            for problem in problems:
                name, _sep, told = problem.partition(": ")
                form.add_error(name if name in form.fields else None, told or problem)
            if not problems:
                return self._stored_content(request, campaign)
        context = {
            "form": form,
            "about_form": AboutForm(user=request.user, kinds=READERS),
            "placeholders": placeholders(request.user, ("contact", "lead")),
        }
        return self.render(request, "content.html", self._step(campaign, context))

    def _stored_content(self: Any, request: HttpRequest, campaign: Campaign) -> HttpResponse:
        if "test" in request.POST:
            self._send_test(request, campaign)
            return redirect("campaign-content", campaign.pk)
        messages.success(request, _("The message was saved."))
        return redirect("campaign-start", campaign.pk)

    def preview(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """The message as one of the audience reads it: as typed, or as it is stored."""
        campaign = self.get_for(request, "change", pk)
        form = AboutForm(
            request.POST if request.method == "POST" else request.GET,
            user=request.user,
            kinds=READERS,
        )
        problems: list[str] = []
        recipient = None
        if form.is_valid():
            recipient = form.cleaned_data["about"][1]
        else:
            problems += [str(told) for told in form.errors["about"]]
        if request.method == "POST":
            names = ContentForm.base_fields
            campaign.content = {name: request.POST.get(name, "") for name in names}
        try:
            shown = previews.preview(campaign, recipient, by=request.user)["message"]
        except ValidationError as refusal:
            return framed("", problems=[*problems, *refusal.messages])
        return framed(shown["html"], shown["text"], subject=shown["subject"], problems=problems)

    def start(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """The whole at a glance, then now or at a time."""
        campaign = self._draft(request, pk)
        form = StartForm(initial={"start_date": campaign.start_date})
        problems: list[str] = []
        if request.method == "POST":
            verb = request.POST.get("verb")
            if verb == "send":
                problems = self._try(lambda: operations.send_campaign(campaign, by=request.user))
            else:
                form = StartForm(request.POST)
                if form.is_valid():
                    problems = self._schedule(request, campaign, form.cleaned_data["start_date"])
            if not problems and not form.errors:
                told = _("The campaign is being sent.") if verb == "send" else _("It is planned.")
                messages.success(request, told)
                return redirect(self.address(pk))
        context = {"form": form, "problems": problems}
        context |= self._counted(request, campaign, campaign.audience)
        return self.render(request, "start.html", self._step(campaign, context))

    def _schedule(self: Any, request: HttpRequest, campaign: Campaign, at: Any) -> list[str]:
        """Plan the start; one that is planned already only moves."""
        if campaign.status == Status.SCHEDULED:
            return self._try(lambda: records.change(campaign, {"start_date": at}, by=request.user))
        return self._try(lambda: operations.schedule_campaign(campaign, at, by=request.user))

    # -- moves ---------------------------------------------------------------------------

    def test(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Mail the stored message to whoever asks."""
        self._send_test(request, self.get_for(request, "change", pk))
        return redirect("campaign-start", pk)

    def _send_test(self: Any, request: HttpRequest, campaign: Campaign) -> None:
        to = request.POST.get("to", "").strip()
        sent: list[Any] = []
        problems = self._try(lambda: sent.append(previews.send_test(campaign, to, by=request.user)))
        for problem in problems:
            messages.error(request, problem)
        for email in sent:
            told = _("A test mail is on its way to %(address)s.")
            messages.success(request, told % {"address": email.to_email})

    def pause(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Stop sending; what is on its way arrives."""
        return self._move(request, pk, operations.pause_campaign, _("The campaign is paused."))

    def resume(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Go on where it was paused."""
        return self._move(request, pk, operations.resume_campaign, _("The campaign goes on."))

    def unschedule(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make a planned campaign a draft again."""
        words = _("The campaign is a draft again.")
        return self._move(request, pk, operations.unschedule_campaign, words)

    def _move(self: Any, request: HttpRequest, pk: Any, verb: Any, words: str) -> HttpResponse:
        campaign = self.get_for(request, "change", pk)
        problems = self._try(lambda: verb(campaign, by=request.user))
        for problem in problems:
            messages.error(request, problem)
        if not problems:
            messages.success(request, words)
        return redirect(self.address(pk))

    # -- what came of it -----------------------------------------------------------------

    def report(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """The figures, each with the way to what it counts."""
        return redirect(f"{self.address(pk)}#report")

    def progress(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """How far the sending is, for a page that is left open."""
        campaign = self.get_for(request, "view", pk)
        return self.render(request, "progress.html", {"record": campaign, **self._sent(campaign)})

    def _sent(self: Any, campaign: Campaign) -> dict[str, Any]:
        """Return the report's figures, and how much of the sending is done."""
        figures = report(campaign)
        done = figures["recipients"] - figures["queued"] - figures["sending"]
        return {"result": figures, "done": done}

    # -- parts ---------------------------------------------------------------------------

    def _draft(self: Any, request: HttpRequest, pk: Any) -> Campaign:
        return self.get_for(request, "change", pk)

    def _step(self: Any, campaign: Campaign, context: dict[str, Any]) -> dict[str, Any]:
        context["is_fixed"] = campaign.status not in EDITABLE
        return {"record": campaign, "steps": steps(campaign), **context}

    def _counted(
        self: Any, request: HttpRequest, campaign: Campaign, wanted: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the size of an audience and why how many are left out, or what is wrong."""
        problems = self._try(lambda: audience.check_audience(wanted, by=request.user))
        if problems:
            return {"count_problems": problems}
        found = audience.counted(wanted, by=request.user, now=timezone.now())
        excluded = [(reason, number) for reason, number in found.excluded.items() if number]
        return {"recipients": found.recipients, "excluded": excluded}

    def _try(self: Any, verb: Any) -> list[str]:
        """Do something; return what was said against it."""
        try:
            verb()
        except ValidationError as refusal:
            return refusal.messages
        except (DomainError, PermissionDenied) as refusal:
            return [str(refusal)]
        return []


def steps(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the steps from a draft to the sending, and which of them are done."""
    message = campaign.content
    is_written = bool(message.get("subject")) and bool(message.get("html") or message.get("text"))
    named = [
        ("audience", _("Audience"), _("Who gets it"), not audience.is_empty(campaign.audience)),
        ("content", _("Message"), _("What it says"), is_written),
        ("start", _("Start"), _("Now or at a time"), campaign.status != Status.DRAFT),
    ]
    return [
        {
            "name": name,
            "title": title,
            "more": more,
            "is_done": done,
            "url": reverse(f"campaign-{name}", args=[campaign.pk]),
        }
        for name, title, more, done in named
    ]

"""What is done with campaigns: the moves from draft to completed, whichever door they come by."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import events, jobs, records
from crm.core.errors import Conflict
from crm.core.wording import value_word

from . import audience, wording
from .models import Campaign

#: the task that sends campaigns, by the name under which workers know it
RUN = "run_campaigns"
Status = Campaign.Status
#: what may be asked for, by the present status; an e-mail campaign completes by itself
MOVES: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.SCHEDULED, Status.ACTIVE),
    Status.SCHEDULED: (Status.DRAFT, Status.ACTIVE),
    Status.ACTIVE: (Status.PAUSED,),
    Status.PAUSED: (Status.ACTIVE,),
    Status.COMPLETED: (),
}
#: what is fixed once mails went out
FIXED = {"content": _("message"), "audience": _("audience"), "campaign_type": _("type")}


@records.create.register
@transaction.atomic
def create_campaign(campaign: Campaign, *, by: Any) -> Campaign:
    """Store a campaign; an e-mail campaign begins as a draft and is moved on from there.

    Raises ``ValidationError`` and :class:`Conflict`.
    """
    wanted = campaign.status
    campaign.content = wording.cleaned(campaign.content)
    if campaign.is_email:
        campaign.status = Status.DRAFT
    records.check_values(campaign)
    _check_texts(campaign, by=by)
    records.save_new(campaign, by=by)
    if campaign.is_email and wanted != Status.DRAFT:
        return _move_to(campaign, wanted, by=by)
    return campaign


@records.change.register
@transaction.atomic
def change_campaign(
    campaign: Campaign, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Campaign:
    """Change a campaign. A ``status`` among the values is a wish, with the rules of that move.

    Message, audience and type of an e-mail campaign are fixed once it has started. Raises
    ``ValidationError`` and :class:`Conflict`, and changes nothing then.
    """
    stored = records.lock(campaign, if_revision=if_revision)
    if isinstance(values.get("content"), dict):
        values = {**values, "content": wording.cleaned(values["content"])}
    changed = {name: value for name, value in values.items() if getattr(stored, name) != value}
    wanted = changed.pop("status", stored.status)
    is_email = stored.is_email or changed.get("campaign_type") == Campaign.Type.EMAIL
    if is_email and stored.status not in (Status.DRAFT, Status.SCHEDULED):
        for name in FIXED.keys() & changed.keys():
            told = _("This campaign is %(status)s; its %(part)s can't be changed any more.")
            raise Conflict(told % {"status": value_word(stored.status), "part": FIXED[name]})
    if is_email and wanted != stored.status:
        _check_move(stored, wanted)
    records.save_changes(campaign, changed if is_email else values, by=by)
    _check_texts(campaign, by=by, only=changed)
    if not is_email:
        return campaign
    if wanted != stored.status:
        return _move_to(campaign, wanted, by=by)
    if campaign.status == Status.SCHEDULED:
        _check_ready(campaign, by=by)
        _check_date(campaign.start_date)
    return campaign


@records.remove.register
@transaction.atomic
def remove_campaign(campaign: Campaign, *, by: Any, if_revision: int | None = None) -> None:
    """Put a campaign into the recycle bin. Raises :class:`Conflict` while it is being sent."""
    stored = records.lock(campaign, if_revision=if_revision)
    if stored.is_email and stored.status == Status.ACTIVE:
        raise Conflict(_("This campaign is being sent. Pause it first."))
    records.mark_deleted(campaign, by=by)


def _check_texts(campaign: Campaign, *, by: Any, only: Any = ("content", "audience")) -> None:
    if "content" in only:
        wording.check_content(campaign.content)
    if "audience" in only and by is not None:
        audience.check_audience(campaign.audience, by=by)


def _check_move(campaign: Campaign, wanted: str) -> None:
    if not campaign.is_email:
        raise Conflict(_("Only e-mail campaigns are sent from here; move this one by hand."))
    allowed = MOVES[campaign.status]
    if wanted not in allowed:
        told = _(
            "A campaign that is %(status)s can't become %(wanted)s. Allowed from here: %(names)s. "
            "It completes by itself once everybody is accounted for."
        )
        names = ", ".join(map(value_word, allowed)) or _("none")
        status, wanted = value_word(campaign.status), value_word(wanted)
        raise Conflict(told % {"status": status, "wanted": wanted, "names": names})


def _check_date(start_date: datetime | None) -> None:
    if start_date is None:
        raise ValidationError({"start_date": _("When shall it start?")})


def _check_ready(campaign: Campaign, *, by: Any) -> None:
    """Refuse a campaign without a message or without anybody to read it."""
    message = campaign.content
    errors: dict[str, Any] = {}
    if not message.get("subject", "").strip():
        errors["content"] = [_("subject: A mail needs a subject.")]
    if not (message.get("html", "").strip() or message.get("text", "").strip()):
        errors.setdefault("content", []).append(_("html: A mail needs HTML or text."))
    if audience.is_empty(campaign.audience):
        errors["audience"] = _("Say who shall get it: filters over leads, contacts or both.")
    if errors:
        raise ValidationError(errors)
    if by is None or not by.is_active:
        raise ValidationError({"status": _("Whoever starts a campaign has to be an active user.")})
    if not by.has_perm("crm.add_email"):
        raise PermissionDenied(_("You may not send mail: the permission crm.add_email is missing."))
    if not audience.is_anybody_in(campaign.audience, by=by, until=timezone.now()):
        raise ValidationError({"audience": _("There is nobody in this audience that you may see.")})


def _move_to(campaign: Campaign, status: str, *, by: Any) -> Campaign:
    match status:
        case Status.SCHEDULED:
            return schedule_campaign(campaign, campaign.start_date, by=by)
        case Status.DRAFT:
            return unschedule_campaign(campaign, by=by)
        case Status.PAUSED:
            return pause_campaign(campaign, by=by)
        case Status.ACTIVE if campaign.status == Status.PAUSED:
            return resume_campaign(campaign, by=by)
        case Status.ACTIVE:
            return send_campaign(campaign, by=by)
    _check_move(campaign, status)
    return campaign


@transaction.atomic
def schedule_campaign(
    campaign: Campaign, start_date: datetime | None, *, by: Any, if_revision: int | None = None
) -> Campaign:
    """Let a draft start at a time; one that has passed is at once, when the clock looks.

    The audience will be what ``by`` sees then. Raises ``ValidationError``, ``PermissionDenied``
    and :class:`Conflict`.
    """
    stored = records.lock(campaign, if_revision=if_revision)
    _check_move(stored, Status.SCHEDULED)
    _check_date(start_date)
    _check_ready(stored, by=by)
    stored.start_date = start_date
    stored.clean()
    values = {"start_date": start_date, "started_by": by, "status_reason": ""}
    _write(stored, Status.SCHEDULED, "scheduled", values, by=by)
    records.copy_values(stored, campaign)
    return campaign


@transaction.atomic
def unschedule_campaign(campaign: Campaign, *, by: Any, reason: str = "") -> Campaign:
    """Make a scheduled campaign a draft again. Raises :class:`Conflict`."""
    stored = records.lock(campaign)
    _check_move(stored, Status.DRAFT)
    values = {"started_by": None, "status_reason": reason}
    _write(stored, Status.DRAFT, "unscheduled", values, by=by)
    records.copy_values(stored, campaign)
    return campaign


@transaction.atomic
def send_campaign(campaign: Campaign, *, by: Any, if_revision: int | None = None) -> Campaign:
    """Start sending now; workers do the rest. The audience is frozen as ``by`` sees it.

    Raises ``ValidationError``, ``PermissionDenied`` and :class:`Conflict`.
    """
    stored = records.lock(campaign, if_revision=if_revision)
    if stored.status == Status.PAUSED:  # that is what resuming is for
        raise Conflict(_("This campaign is paused; resume it."))
    _check_move(stored, Status.ACTIVE)
    _start(stored, starter=by, by=by)
    records.copy_values(stored, campaign)
    return campaign


def _start(stored: Campaign, *, starter: Any, by: Any) -> None:
    _check_ready(stored, by=starter)
    now = timezone.now()
    values: dict[str, Any] = {
        "started_at": now,
        "resumed_at": now,
        "started_by": starter,
        "status_reason": "",
        "excluded": audience.by_reason({}),
    }
    if stored.start_date is None or stored.start_date > now:
        values["start_date"] = now
    _write(stored, Status.ACTIVE, "started", values, by=by)


@transaction.atomic
def pause_campaign(
    campaign: Campaign, *, by: Any, reason: str = "", if_revision: int | None = None
) -> Campaign:
    """Stop sending within a mail or two; what is on its way arrives. Raises :class:`Conflict`.

    ``reason`` is given where the campaign stops by itself.
    """
    stored = records.lock(campaign, if_revision=if_revision)
    _check_move(stored, Status.PAUSED)
    values = {"status_reason": reason}
    _write(stored, Status.PAUSED, "paused", values, by=by, reason=reason)
    records.copy_values(stored, campaign)
    return campaign


@transaction.atomic
def resume_campaign(campaign: Campaign, *, by: Any, if_revision: int | None = None) -> Campaign:
    """Go on where it was paused; bounces are watched afresh. Raises :class:`Conflict`."""
    stored = records.lock(campaign, if_revision=if_revision)
    if stored.status != Status.PAUSED:
        told = _("This campaign is %(status)s; only a paused one can be resumed.")
        raise Conflict(told % {"status": value_word(stored.status)})
    _check_move(stored, Status.ACTIVE)
    values = {"status_reason": "", "resumed_at": timezone.now()}
    _write(stored, Status.ACTIVE, "resumed", values, by=by)
    records.copy_values(stored, campaign)
    return campaign


def start_due(now: datetime | None = None) -> int:
    """Start the scheduled campaigns whose time has come; return how many.

    One that can't be sent any more becomes a draft again and says why.
    """
    now = now or timezone.now()
    due = Campaign.objects.filter(
        status=Status.SCHEDULED, campaign_type=Campaign.Type.EMAIL, start_date__lte=now
    )
    started = 0
    for campaign in due.order_by("start_date"):
        with transaction.atomic():
            stored = records.lock(campaign)
            if stored.status != Status.SCHEDULED:
                continue  # another worker was quicker
            try:
                with transaction.atomic():
                    _start(stored, starter=stored.started_by, by=None)
                    started += 1
            except (ValidationError, PermissionDenied) as refusal:
                reason = " ".join(getattr(refusal, "messages", None) or [str(refusal)])
                unschedule_campaign(campaign, by=None, reason=f"Not started: {reason}")
    return started


def complete_campaign(stored: Campaign) -> None:
    """Mark a locked campaign as done: everybody is accounted for."""
    _write(stored, Status.COMPLETED, "completed", {"completed_at": timezone.now()}, by=None)


def _write(
    stored: Campaign, status: str, event: str, values: dict[str, Any], *, by: Any, **data: Any
) -> None:
    changes = {
        name: [getattr(stored, name), value]
        for name, value in {"status": status, **values}.items()
        if name in ("status", "start_date") and getattr(stored, name) != value
    }
    records.write(stored, {"status": status, **values})
    events.record(event, stored, by=by, changes=changes, **data)
    jobs.after_commit(RUN)


def sender_of(campaign: Campaign) -> tuple[str, str]:
    """Return the name that a campaign's mails come from, and where answers go."""
    message = campaign.content
    return message.get("from_name", ""), parseaddr(message.get("reply_to", ""))[1]

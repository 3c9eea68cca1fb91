"""What there is to administer, and inviting colleagues."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crm.core.errors import DomainError
from crm.core.pages import require_permission, signed_in
from crm.core.wording import choice_label

from . import invitations
from .forms import InviteForm
from .models import Invitation, Team, User
from .pages import is_sent, tell


@dataclass(frozen=True)
class Card:
    """One thing to administer: where, and which permission opens it."""

    title: Any
    text: Any
    icon: str
    address: str
    permission: str


CARDS = (
    Card(
        _("Colleagues"),
        _("Who works here, in which role and team."),
        "users-round",
        "user-list",
        "accounts.change_team",
    ),
    Card(
        _("Invitations"),
        _("Offer somebody a place by mail."),
        "mail-plus",
        "invitations",
        "accounts.invite_user",
    ),
    Card(
        _("Teams"),
        _("Who manages whom."),
        "network",
        "team-list",
        "accounts.change_team",
    ),
    Card(
        _("Pipelines"),
        _("The stages that deals go through."),
        "square-kanban",
        "pipeline-list",
        "crm.change_pipeline",
    ),
    Card(
        _("Assignment rules"),
        _("Who gets a new lead."),
        "route",
        "assignmentrule-list",
        "crm.change_assignmentrule",
    ),
    Card(
        _("Email templates"),
        _("Texts that mails begin with."),
        "file-pen-line",
        "emailtemplate-list",
        "crm.change_emailtemplate",
    ),
    Card(
        _("Promises to customers"),
        _("By when a ticket is answered and solved."),
        "timer",
        "admin:crm_slapolicy_changelist",
        "crm.change_slapolicy",
    ),
    Card(
        _("Business hours"),
        _("When the clocks of tickets run."),
        "calendar-clock",
        "admin:crm_slacalendar_changelist",
        "crm.change_slacalendar",
    ),
    Card(
        _("Our company"),
        _("Name, address and bank details on invoices."),
        "building",
        "admin:crm_company_changelist",
        "crm.change_company",
    ),
    Card(
        _("Exchange rates"),
        _("What other currencies are worth."),
        "arrow-left-right",
        "admin:crm_exchangerate_changelist",
        "crm.change_exchangerate",
    ),
    Card(
        _("Behind the scenes"),
        _("Jobs, events, suppressed addresses and the rest of the staff site."),
        "shield",
        "admin:index",
        "crm.view_job",
    ),
)


def cards_for(user: Any) -> list[tuple[Card, str]]:
    """Return what ``user`` may administer, with the address of each."""
    found = []
    for card in CARDS:
        if card.address.startswith("admin:") and not user.is_staff:
            continue
        if not user.has_perm(card.permission):
            continue
        try:
            found.append((card, reverse(card.address)))
        except NoReverseMatch:
            continue
    return found


@signed_in
def settings_index(request: HttpRequest) -> HttpResponse:
    """What the reader may administer."""
    cards = cards_for(request.user)
    if not cards:
        raise PermissionDenied(gettext("There is nothing that your role administers."))
    return render(request, "accounts/settings.html", {"cards": cards})


@signed_in
def invite(request: HttpRequest) -> HttpResponse:
    """Offer somebody a place, and see who was offered one and has not come yet."""
    user: Any = request.user
    require_permission(user, "accounts.invite_user")
    roles, teams = list(User.Role.values), Team.objects.all()
    if user.role != User.Role.ADMIN and not user.is_superuser:
        roles = [role for role in roles if role in invitations.INVITED_BY_MANAGERS]
        teams = teams.filter(manager=user) | teams.filter(pk=user.team_id)
    form = InviteForm(
        request.POST or None,
        roles=[(role, choice_label(role)) for role in reversed(roles)],
        teams=teams.order_by("name"),
        initial={"role": User.Role.SALES_REP, "team": user.team_id},
    )
    if is_sent(request) and form.is_valid():
        values = form.cleaned_data
        try:
            invitations.invite(values["email"], role=values["role"], team=values["team"], by=user)
        except (ValidationError, PermissionDenied, DomainError) as refusal:
            tell(form, refusal)
        else:
            told = gettext("A mail with an invitation is on its way to %(email)s.")
            messages.success(request, told % {"email": values["email"]})
            return redirect("invitations")
    waiting = invitations.waiting(timezone.now(), seen_by=user)
    return render(request, "accounts/invitations.html", {"form": form, "waiting": waiting})


@require_POST
@signed_in
def invite_again(request: HttpRequest, pk: Any) -> HttpResponse:
    """Mail the same offer with a new link; the link of the earlier mail stops working."""
    user: Any = request.user
    require_permission(user, "accounts.invite_user")
    offer = invitations.waiting(timezone.now(), seen_by=user).filter(pk=pk).first()
    if offer is None:
        messages.error(request, gettext("This invitation is not open any more."))
        return redirect("invitations")
    try:
        invitations.invite(offer.email, role=offer.role, team=offer.team, by=user)
    except (PermissionDenied, DomainError) as refusal:
        messages.error(request, str(refusal))
    else:
        told = gettext("A mail with an invitation is on its way to %(email)s.")
        messages.success(request, told % {"email": offer.email})
    return redirect("invitations")


@require_POST
@signed_in
def withdraw_invitation(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take an offer back; its link stops working."""
    require_permission(request.user, "accounts.invite_user")
    waiting = invitations.waiting(timezone.now(), seen_by=request.user)
    offer: Invitation | None = waiting.filter(pk=pk).first()
    if offer is not None:  # pressed twice is done once
        invitations.withdraw(offer, by=request.user)
        messages.success(request, gettext("The invitation was taken back."))
    return redirect("invitations")

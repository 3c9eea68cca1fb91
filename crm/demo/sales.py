"""Deals, and the leads that some of them came from."""

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from crm.sales.models import Deal, Lead, Pipeline, StageChange
from crm.sales.outcomes import stage_of
from crm.sales.pipelines import default_pipeline
from crm.sales.rulemodels import AssignmentRule
from crm.sales.scoring import Behaviour, scored

from . import texts, words
from .ledger import Change
from .names import Firm, Person, email_of
from .scene import Known, Scene

Stage, Status = Deal.Stage, Lead.Status
#: from fresh to settled: how often, and the default probability of the stage
STAGES = {
    Stage.QUALIFICATION: (14, 10),
    Stage.NEEDS_ANALYSIS: (11, 20),
    Stage.VALUE_PROPOSITION: (9, 40),
    Stage.IDENTIFY_DECISION_MAKERS: (7, 60),
    Stage.PROPOSAL: (9, 75),
    Stage.NEGOTIATION: (7, 90),
    Stage.ON_HOLD: (4, 40),
    Stage.CLOSED_WON: (24, 100),
    Stage.CLOSED_LOST: (15, 0),
}
WAY = list(STAGES)[:6]  # the stages that a deal passes before it is won
DEAL_SOURCES = {
    "website": 28, "referral": 20, "email_campaign": 14, "event": 12, "cold_call": 12,
    "social_media": 8, "other": 6,
}  # fmt: skip
LEAD_SOURCES = {name: weight for name, weight in DEAL_SOURCES.items() if name != "event"}
#: from fresh to settled; converted ones come on top
LEAD_STATUSES = {Status.NEW: 34, Status.CONTACTED: 30, Status.QUALIFIED: 14, Status.UNQUALIFIED: 22}
CONVERTED, DAY, BOARD_STEP = 0.12, timedelta(days=1), 1024  # room between two cards


def make_deals(scene: Scene) -> None:
    """Store deals on accounts, each with somebody there to talk to."""
    count = scene.counts["deal"]
    stages = scene.deal_by_age(count, {stage: weight for stage, (weight, _) in STAGES.items()})
    sources = scene.deal(count, DEAL_SOURCES)
    cards: Tally[str] = Tally()
    pipeline = default_pipeline()
    moments = scene.calendar.spread(count, since_days=225)
    for at, stage, source in zip(moments, stages, sources, strict=True):
        _make_deal(scene, Stage(stage), source, at, cards, pipeline)
    scene.arrange(["deal"])


def _make_deal(
    scene: Scene,
    stage: Deal.Stage,
    source: str,
    at: datetime,
    cards: Tally[str],
    pipeline: Pipeline,
) -> None:
    entered = stage_of(pipeline, stage)
    won, lost = stage == Stage.CLOSED_WON, stage == Stage.CLOSED_LOST
    account = _account_for(scene, at, won=won)
    contact = scene.pick(account.contacts)
    at = max(at, contact.created_at)
    project = scene.pick(texts.PROJECTS)
    owner = account.owner or scene.staff.seller()
    cards[stage] += 1
    deal = Deal(
        deal_name=f"{account.name}: {project}",
        amount=Decimal(int(scene.random.lognormvariate(9, 0.8)) // 50 * 50 + 500),
        pipeline=pipeline,
        stage=stage,
        stage_kind=entered.kind,
        forecast_category=entered.forecast_category,
        probability=STAGES[stage][1],
        expected_close_date=scene.calendar.agreed(at + scene.random.uniform(25, 120) * DAY),
        account_id=account.id,
        contact_id=contact.id,
        assigned_to=owner,
        lead_source=source,
        description=scene.text(
            texts.NEEDS, texts.CONSTRAINTS, project=project, firm=account.name, person=contact.name
        ),
        position=cards[stage] * BOARD_STEP,
    )
    scene.stamp(deal, at, scene.staff.author(owner))
    history = _way_to(scene, deal, owner)
    deal.stage_changed_at = history[-1].at if history else at
    if won or lost:
        deal.close_date = deal.stage_changed_at
        deal.loss_reason = scene.pick(texts.LOSSES) if lost else ""
    else:
        deal.next_step = scene.text(texts.NEXT_STEPS, person=contact.name)
        if scene.chance(0.85) and deal.expected_close_date < scene.now:
            deal.expected_close_date = scene.calendar.ahead(days=60)  # put off, as such dates are
    scene.ledger.add(deal, history=history)
    for step in _steps(deal, pipeline, history):
        scene.ledger.add_part(step)
    scene.keep(
        deal,
        "deal",
        deal.deal_name,
        owner,
        email=contact.email,
        phone=contact.phone,
        account=account,
        contact=contact,
        details={"stage": stage, "source": source, "closed_at": deal.close_date},
    )


def _account_for(scene: Scene, at: datetime, *, won: bool) -> Known:
    """Return a company that buys, or for a won deal one that has bought."""
    if won:
        firms = [scene.some("customer", at) for _ in range(5)]
        return next((firm.account for firm in firms if firm.account), None) or _account_for(
            scene, at, won=won
        )
    account = scene.some("account", at)
    return account if account.contacts else _account_for(scene, at, won=won)


def _way_to(scene: Scene, deal: Deal, by: Any) -> list[Change]:
    """Return the moves over the board that brought a deal to its stage."""
    stage = Stage(deal.stage)
    passed = WAY[: WAY.index(stage)] if stage in WAY else WAY[: scene.random.randint(1, len(WAY))]
    if stage == Stage.ON_HOLD:
        passed = WAY[:3]  # on hold a deal keeps the probability it had
    way, history, at = [*passed, stage], [], deal.created_at
    for old, new in pairwise(way):
        at = scene.calendar.after(at, days=14)
        values: dict[str, list[Any]] = {"stage": [old.value, new.value]}
        if STAGES[old][1] != STAGES[new][1]:
            values["probability"] = [STAGES[old][1], STAGES[new][1]]
        history.append(Change(at, by, values))
    return history


def _steps(deal: Deal, pipeline: Pipeline, history: list[Change]) -> Iterator[StageChange]:
    """Return the stages that a deal entered, and how long it stayed in the one before."""
    first = history[0].values["stage"][0] if history else deal.stage
    made = Change(deal.created_at, deal.created_by, {"stage": ["", first]})
    since = deal.created_at
    for change in (made, *history):
        old, new = change.values["stage"]
        yield StageChange(
            deal=deal,
            pipeline=pipeline,
            from_stage=old,
            to_stage=new,
            kind=stage_of(pipeline, new).kind,
            by=change.by,
            at=change.at,
            seconds=int(change.at.timestamp()) - int(since.timestamp()),
        )
        since = change.at


def share_out(scene: Scene) -> None:
    """Store the rules by which new leads find their owners."""
    team, manager = scene.staff.sellers[0].team, scene.staff.managers[0]
    rules = (
        AssignmentRule(
            name="Large companies to the manager",
            how=AssignmentRule.How.USER,
            user=manager,
            conditions={"employees__gte": 1000},
        ),
        AssignmentRule(
            name="Referrals to who has time",
            how=AssignmentRule.How.LEAST_LOADED,
            team=team,
            conditions={"source": ["referral"]},
        ),
        AssignmentRule(name="Everything else in turn", how=AssignmentRule.How.ROUND_ROBIN),
    )
    for position, rule in enumerate(rules, start=1):
        rule.position = position * 10
        scene.stamp(rule, scene.calendar.start + position * DAY, scene.staff.admin)
        scene.ledger.add(rule)


def gather_leads(scene: Scene) -> None:
    """Store leads: first those that became deals, then all others."""
    count = scene.counts["lead"]
    deals = list(_convertible(scene, int(count * CONVERTED)))
    sources = iter(scene.deal(count - len(deals), LEAD_SOURCES))
    for deal in deals:
        _converted_lead(scene, deal)
    rest = count - len(deals)
    statuses = scene.deal_by_age(rest, LEAD_STATUSES)
    for at, status in zip(scene.calendar.spread(rest), statuses, strict=True):
        firm = scene.names.firm()
        person = scene.names.person(firm.country)
        lead = _lead(scene, firm, person, next(sources), at)
        lead.email = email_of(person, firm.domain)
        lead.status = status
        free = status == Status.NEW and scene.chance(0.25)
        lead.assigned_to = None if free else scene.staff.seller()
        _keep_lead(scene, lead, at)


def _convertible(scene: Scene, most: int) -> Iterator[Known]:
    """Pick deals that may have begun as a lead, no two with the same person."""
    deals, seen = list(scene.known("deal")), set[UUID]()
    scene.random.shuffle(deals)
    for deal in deals[: len(deals) * 2 // 3]:
        if deal.contact.id not in seen and len(seen) < most:
            seen.add(deal.contact.id)
            yield deal


def _lead(scene: Scene, firm: Firm, person: Person, source: str, at: datetime) -> Lead:
    place = scene.names.place(firm.country)
    employees = int(scene.random.lognormvariate(3.8, 1.1)) + 2
    return Lead(
        first_name=person.first_name,
        last_name=person.last_name,
        phone=scene.names.phone(firm.country, place.city),
        company=firm.name,
        title=scene.pick(words.JOBS)[0],
        source=source,
        industry=firm.industry,
        annual_revenue=employees * scene.random.randrange(80_000, 240_000, 5_000),
        employees=employees,
        website=f"https://www.{firm.domain}",
        address=place.street,
        city=place.city,
        state=place.state,
        country=place.country,
        postal_code=place.postal_code,
        notes=scene.text(texts.ENQUIRIES, texts.INTERESTS, texts.CONSTRAINTS, firm=firm.short_name),
        last_contact_date=scene.calendar.after(at, days=30),
        external_id=f"web-{scene.ledger.counts['lead'] + 1:07}",
    )


def _converted_lead(scene: Scene, deal: Known) -> None:
    """Store the lead that a deal came from, with the person and company it turned out to be."""
    account, contact, calendar = deal.account, deal.contact, scene.calendar
    before = max(deal.created_at - 25 * DAY, calendar.start)
    at = min(calendar.in_office(calendar.between(before, deal.created_at)), deal.created_at)
    firm = account.details["firm"]
    source = deal.details["source"]
    source = source if source in LEAD_SOURCES else Lead.Source.OTHER
    lead = _lead(scene, firm, contact.details["person"], source, at)
    lead.email, lead.phone, lead.title = contact.email, contact.phone, contact.details["title"]
    lead.status = Status.CONVERTED
    lead.assigned_to = deal.owner
    lead.converted_date = deal.created_at
    lead.last_contact_date = deal.created_at
    lead.converted_contact_id, lead.converted_account_id = contact.id, account.id
    if scene.chance(0.85):
        lead.converted_deal_id = deal.id
    _keep_lead(scene, lead, at)


def _keep_lead(scene: Scene, lead: Lead, at: datetime) -> None:
    scene.stamp(lead, at, scene.staff.author(lead.assigned_to))
    if lead.status == Status.NEW:
        lead.last_contact_date = None
    talked = lead.status != Status.NEW and scene.chance(0.6)
    did = Behaviour(calls=talked, meetings=lead.status == Status.CONVERTED)
    for name, value in scored(lead, did, now=scene.now).items():
        setattr(lead, name, value)
    history = _lead_history(scene, lead)
    removed = None
    if lead.status == Status.UNQUALIFIED and scene.chance(0.1):
        removed = scene.removal(history[-1].at, scene.staff.manager())
    scene.ledger.add(lead, history=history, removed=removed)
    if removed is None:
        scene.keep_sample(
            lead, "lead", str(lead), lead.assigned_to, email=lead.email, phone=lead.phone
        )


def _lead_history(scene: Scene, lead: Lead) -> list[Change]:
    """Return the changes of status that the lead went through."""
    way = {
        Status.NEW: [Status.NEW],
        Status.CONTACTED: [Status.NEW, Status.CONTACTED],
        Status.QUALIFIED: [Status.NEW, Status.CONTACTED, Status.QUALIFIED],
        Status.UNQUALIFIED: [Status.NEW, Status.CONTACTED, Status.UNQUALIFIED],
        Status.CONVERTED: [Status.NEW, Status.CONTACTED, Status.QUALIFIED, Status.CONVERTED],
    }[Status(lead.status)]
    history, at = [], lead.created_at
    for old, new in pairwise(way):
        at = scene.calendar.after(at, days=6)
        if lead.converted_date:
            last = new == Status.CONVERTED
            at = lead.converted_date if last else min(at, lead.converted_date)
        history.append(Change(at, lead.assigned_to, {"status": [old.value, new.value]}))
    return history

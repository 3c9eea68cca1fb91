"""Tickets with the answers and notes of the colleagues."""

from datetime import datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any

from crm.core.entries import id_at
from crm.support import sla
from crm.support.breaches import manager_for
from crm.support.models import SlaCalendar, SlaPolicy, Ticket, TicketComment
from crm.support.promises import WEEKDAYS

from .calendar import HISTORY_DAYS
from .ledger import Change
from .scene import Scene

Status = Ticket.Status
#: from fresh to settled
STATUSES = {
    Status.OPEN: 12, Status.IN_PROGRESS: 11, Status.PENDING: 8, Status.RESOLVED: 24,
    Status.CLOSED: 45,
}  # fmt: skip
#: how old what is not solved yet is at most
MOST_DAYS = {Status.OPEN: 3, Status.IN_PROGRESS: 6, Status.PENDING: 14}
PRIORITIES = {"medium": 48, "low": 24, "high": 20, "urgent": 8}
SOURCES = {"email": 40, "phone": 24, "web": 22, "chat": 10, "social_media": 4}
SETTLED = (Status.RESOLVED, Status.CLOSED)
#: minutes of office hours until the first answer and until the solution
PROMISED = {"urgent": (60, 480), "high": (240, 1440), "medium": (480, 2400), "low": (960, 4800)}
#: category, subject, what the customer writes, what helped
PROBLEMS = (
    ("Scanners", "Scanner doesn't read damaged codes",
     "Since the new labels came, three of our scanners read every second code only.",
     "Switched on the mode for low contrast; the settings code is in the manual, page 14."),
    ("Scanners", "Handheld loses the network at the far end of the hall",
     "Behind row 20 the devices are offline and the booking is gone.",
     "Added an access point at row 22 and switched on booking without connection."),
    ("Scanners", "Battery empty after four hours",
     "Two devices don't last a shift any more, although they were charged over night.",
     "Batteries replaced under warranty, old ones sent back."),
    ("Scanners", "Trigger stuck on ring scanner",
     "The trigger stays down, the light is always on.",
     "Device exchanged by express replacement."),
    ("Printers", "Printer prints blank labels",
     "Labels come out empty after we changed the roll.",
     "The roll was put in the wrong way round; showed it on the phone."),
    ("Printers", "Label is cut off on the right",
     "The last two digits of the number are missing on every label.",
     "Width set to 100 mm in the driver, template adjusted."),
    ("Printers", "Print head has white lines",
     "There are fine white lines over the code, scanners refuse it.",
     "Head cleaned, which helped for a week; then replaced."),
    ("Software", "Stock differs after the stocktaking",
     "The list shows other figures than our count for about forty articles.",
     "Two bookings were dated after the count. Corrected, with a report to the customer."),
    ("Software", "User can't sign in",
     "A new colleague gets the message that the account is not known.",
     "The invitation had run out; sent a new one."),
    ("Software", "Import of articles stops in the middle",
     "The file has 12,000 lines, the import stops at line 8,410.",
     "Line 8,411 held a quotation mark without its partner. File repaired, import finished."),
    ("Software", "Report is slow in the morning",
     "The list of open orders takes more than a minute before eight.",
     "A nightly job was still running; moved it two hours earlier."),
    ("Software", "Interface sends orders twice",
     "Since the update some orders arrive twice in our bookkeeping.",
     "Repeated messages are recognised by their number now; duplicates removed."),
    ("Delivery", "Parcel has not arrived",
     "The order was to come on Monday, tracking says it is in the depot.",
     "Carrier found the parcel; delivered on the next day, shipping refunded."),
    ("Delivery", "Wrong labels delivered",
     "We ordered freezer labels and got the ordinary ones.",
     "Right labels sent the same day; wrong ones may be kept."),
    ("Billing", "Discount missing on the invoice",
     "Our framework contract says ten per cent, the invoice doesn't show it.",
     "Invoice corrected and sent again."),
    ("Billing", "Invoice to another address",
     "Please send invoices to our new accounts department from now on.",
     "Address changed on the customer's record."),
    ("Training", "Second training date wanted",
     "The night shift could not come. Is there another date?",
     "Date agreed for the week after next."),
)  # fmt: skip
MORE = (
    "It concerns one site only.",
    "We can work around it for a few days.",
    "Several colleagues are waiting for it.",
    "Please call us back before noon.",
    "It is the second time this year.",
)
ANSWERS = (
    "Thank you for the good description. I am looking into it and call you back today.",
    "Could you send us a photo of the type plate, please?",
    "We could repeat the fault here and are working on it.",
    "A replacement is on its way, you get the tracking number by mail.",
    "Is everything all right since the change? Then I close this ticket.",
)
REPLIES = (
    "Thank you, that was quick.",
    "It came back this morning, on another device.",
    "The photo is attached. Can you read the number on it?",
    "Tomorrow after two would suit us.",
)
REMARKS = (
    "Same fault as with two other customers this month; tell purchasing.",
    "Out of warranty since March, but a good customer: exchange anyway.",
    "Asked engineering, answer by Thursday.",
)
TAGS = ("second time", "key account", "call back", "workaround known")


def answer_tickets(scene: Scene) -> None:
    """Store what customers had trouble with."""
    count = scene.counts["ticket"]
    traits = zip(
        scene.calendar.spread(count, since_days=210),
        scene.deal_by_age(count, STATUSES),
        scene.deal(count, PRIORITIES),
        scene.deal(count, SOURCES),
        strict=True,
    )
    tickets = [
        (_recent(scene, at, Status(status)), Status(status), priority, source)
        for at, status, priority, source in traits
    ]
    policies = _promises()
    for at, status, priority, source in sorted(tickets, key=itemgetter(0)):
        _answer_ticket(scene, at, status, policies[priority], source)


def _recent(scene: Scene, at: datetime, status: Ticket.Status) -> datetime:
    """Return when a ticket came in: nobody leaves one unsolved for months."""
    earliest = scene.now - timedelta(days=MOST_DAYS.get(status, HISTORY_DAYS))
    if at >= earliest:
        return at
    return min(scene.calendar.in_office(scene.calendar.between(earliest, scene.now)), scene.now)


def _promises() -> dict[str, SlaPolicy]:
    """Return what is promised for each priority; what nobody promises yet is from now on."""
    hours = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}
    office, _ = SlaCalendar.objects.get_or_create(name="Office hours", defaults={"hours": hours})
    policies = {}
    for priority, (answer, solution) in PROMISED.items():
        values = {"name": priority.capitalize(), "calendar": office}
        minutes = {"first_response_minutes": answer, "resolution_minutes": solution}
        policies[priority], _ = SlaPolicy.objects.get_or_create(
            priority=priority, active=True, defaults={**values, **minutes}
        )
    return policies


def _answer_ticket(
    scene: Scene, moment: datetime, status: Ticket.Status, policy: SlaPolicy, source: str
) -> None:
    customer, at = scene.some_at("customer", moment)
    category, subject, description, resolution = scene.pick(PROBLEMS)
    free = status == Status.OPEN and scene.chance(0.4)
    owner = None if free else scene.staff.supporter()
    ticket = Ticket(
        ticket_number=scene.ledger.number("ticket", "T"),
        subject=subject,
        description=f"{description} {scene.pick(MORE)}",
        customer_id=customer.id,
        contact_id=customer.contact.id if customer.contact else None,
        assigned_to=owner,
        status=status,
        priority=policy.priority,
        category=category,
        source=source,
        tags=[category.lower(), *scene.random.sample(TAGS, scene.random.randrange(2))],
        sla_policy=policy,
    )
    scene.stamp(ticket, at, owner or scene.staff.supporter())
    if status != Status.OPEN:
        share = 1.4 if scene.chance(0.06) else scene.random.uniform(0.1, 0.9)
        ticket.first_responded_at = _later(scene, ticket, "response", share)
    answered = ticket.first_responded_at or at
    if status in SETTLED:
        share = 1.3 if scene.chance(0.08) else scene.random.uniform(0.2, 0.95)
        ticket.resolved_date = max(_later(scene, ticket, "resolution", share), answered)
        ticket.resolution = resolution
    waits_since = scene.calendar.after(answered, days=2) if status == Status.PENDING else None
    _run_clocks(scene, ticket, waits_since)
    history = _ticket_history(scene, ticket, waits_since)
    scene.ledger.add(ticket, history=history)
    if ticket.first_responded_at:
        _comment(scene, ticket, ticket.first_responded_at, owner)
    scene.keep_sample(
        ticket, "ticket", subject, owner, phone=customer.phone, contact=customer.person
    )


def _later(scene: Scene, ticket: Ticket, clock: str, share: float) -> datetime:
    """Return when that share of what a clock may take was used up, or now."""
    policy = ticket.sla_policy
    moment = sla.due(ticket.created_at, policy.allowance(clock) * share, policy.calendar.rules())
    return min(moment or scene.now, scene.now)


def _run_clocks(scene: Scene, ticket: Ticket, waits_since: datetime | None) -> None:
    """Set the due times and clocks, and what became of the promise."""
    policy, at = ticket.sla_policy, ticket.created_at
    calendar = policy.calendar.rules()
    answer = sla.due(at, policy.allowance("response"), calendar)
    solution = sla.due(at, policy.allowance("resolution"), calendar)
    ticket.first_response_due, ticket.resolution_due = answer, solution
    answered, stopped = ticket.first_responded_at, ticket.resolved_date or waits_since
    if answered:
        ticket.response_used = sla.elapsed(at, answered, calendar) // sla.SECOND
    else:
        ticket.response_since = at
    if stopped:
        ticket.resolution_used = sla.elapsed(at, stopped, calendar) // sla.SECOND
    else:
        ticket.resolution_since = at
    missed = [
        due
        for due, met in ((answer, answered), (solution, stopped))
        if due is not None and (met or scene.now) > due
    ]
    if missed:
        ticket.sla_breached = True
        ticket.escalated_to = manager_for(ticket)
        ticket.escalated_at = min(missed) if ticket.escalated_to else None
    if waits_since:
        ticket.resolution_due = None


def _ticket_history(scene: Scene, ticket: Ticket, waits_since: datetime | None) -> list[Change]:
    """Return the changes of status that the ticket went through."""
    way = {
        Status.OPEN: [Status.OPEN],
        Status.IN_PROGRESS: [Status.OPEN, Status.IN_PROGRESS],
        Status.PENDING: [Status.OPEN, Status.IN_PROGRESS, Status.PENDING],
        Status.RESOLVED: [Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED],
        Status.CLOSED: [Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED],
    }[Status(ticket.status)]
    history = []
    at = ticket.first_responded_at or ticket.created_at
    for old, new in pairwise(way):
        values: dict[str, list[Any]] = {"status": [old.value, new.value]}
        if new == Status.RESOLVED:
            at = ticket.resolved_date or at
            values["resolution"] = ["", ticket.resolution]
        elif new == Status.PENDING:
            at = waits_since or at
        elif new == Status.CLOSED:
            at = scene.calendar.after(at, days=5)
        history.append(Change(at, ticket.assigned_to, values))
    return history


def _comment(scene: Scene, ticket: Ticket, at: datetime, author: Any) -> None:
    """Store the first answer and perhaps more: by us, by the customer, for colleagues only."""
    latest = ticket.resolved_date or scene.now
    for number in range(scene.random.randint(1, 4)):
        internal = number > 0 and scene.chance(0.3)
        replies = number > 0 and not internal and scene.chance(0.4)
        texts = REMARKS if internal else REPLIES if replies else ANSWERS
        scene.ledger.add_part(
            TicketComment(
                id=id_at(at),
                ticket=ticket,
                author=None if replies else author,
                body=scene.pick(texts),
                internal=internal,
                from_customer=replies,
                created_at=at,
            )
        )
        at = scene.calendar.between(at, max(at, latest))

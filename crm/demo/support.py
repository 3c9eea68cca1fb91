"""Tickets with the answers and notes of the colleagues."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from crm.support.models import Ticket, TicketComment

from .ledger import Change, id_at
from .scene import Scene

Status = Ticket.Status
#: from fresh to settled
STATUSES = {
    Status.OPEN: 12, Status.IN_PROGRESS: 11, Status.PENDING: 8, Status.RESOLVED: 24,
    Status.CLOSED: 45,
}  # fmt: skip
PRIORITIES = {"medium": 48, "low": 24, "high": 20, "urgent": 8}
SOURCES = {"email": 40, "phone": 24, "web": 22, "chat": 10, "social_media": 4}
#: hours until the first answer and until the solution
PROMISED = {"urgent": (1, 8), "high": (4, 24), "medium": (8, 72), "low": (24, 120)}
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
    for at, status, priority, source in traits:
        _answer_ticket(scene, at, Status(status), priority, source)


def _answer_ticket(
    scene: Scene, moment: datetime, status: Ticket.Status, priority: str, source: str
) -> None:
    customer, at = scene.some_at("customer", moment)
    category, subject, description, resolution = scene.pick(PROBLEMS)
    free = status == Status.OPEN and scene.chance(0.4)
    owner = None if free else scene.staff.supporter()
    answer, solution = (at + timedelta(hours=hours) for hours in PROMISED[priority])
    ticket = Ticket(
        ticket_number=scene.ledger.number("ticket", "T"),
        subject=subject,
        description=f"{description} {scene.pick(MORE)}",
        customer_id=customer.id,
        contact_id=customer.contact.id if customer.contact else None,
        assigned_to=owner,
        status=status,
        priority=priority,
        category=category,
        source=source,
        tags=[category.lower(), *scene.random.sample(TAGS, scene.random.randrange(2))],
        first_response_due=answer,
        resolution_due=solution,
    )
    scene.stamp(ticket, at, owner or scene.staff.supporter())
    if status != Status.OPEN:
        late = scene.chance(0.08)
        hours = PROMISED[priority][0] * (1.4 if late else scene.random.uniform(0.1, 0.9))
        ticket.first_responded_at = min(at + timedelta(hours=hours), scene.now)
    if status in (Status.RESOLVED, Status.CLOSED):
        late = scene.chance(0.1)
        hours = PROMISED[priority][1] * (1.6 if late else scene.random.uniform(0.2, 0.95))
        solved = max(at + timedelta(hours=hours), ticket.first_responded_at)
        ticket.resolved_date = min(solved, scene.now)
        ticket.resolution = resolution
    ticket.sla_breached = (ticket.first_responded_at or scene.now) > answer or (
        ticket.resolved_date or scene.now
    ) > solution
    history = _ticket_history(scene, ticket)
    scene.ledger.add(ticket, history=history)
    if ticket.first_responded_at:
        _comment(scene, ticket, ticket.first_responded_at, owner)
    scene.keep_sample(
        ticket, "ticket", subject, owner, phone=customer.phone, contact=customer.person
    )


def _ticket_history(scene: Scene, ticket: Ticket) -> list[Change]:
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
        elif new != Status.IN_PROGRESS:
            at = scene.calendar.after(at, days=5)
        history.append(Change(at, ticket.assigned_to, values))
    return history


def _comment(scene: Scene, ticket: Ticket, at: datetime, author: Any) -> None:
    """Store the first answer and perhaps more, some for colleagues only."""
    latest = ticket.resolved_date or scene.now
    for number in range(scene.random.randint(1, 4)):
        internal = number > 0 and scene.chance(0.3)
        scene.ledger.add_part(
            TicketComment(
                id=id_at(at),
                ticket=ticket,
                author=author,
                body=scene.pick(REMARKS if internal else ANSWERS),
                internal=internal,
                created_at=at,
            )
        )
        at = scene.calendar.between(at, max(at, latest))

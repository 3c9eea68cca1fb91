"""Mails and files."""

from datetime import datetime, timedelta
from hashlib import sha256

from crm.documents.models import Document
from crm.messaging.models import Email, EmailTemplate
from crm.messaging.sending import LOST

from . import talk
from .activities import responsible
from .names import address_part
from .scene import Known, Scene

Status = Email.Status
STATUSES = {
    Status.SENT: 72, Status.DRAFT: 10, Status.SCHEDULED: 4, Status.BOUNCED: 4, Status.FAILED: 3,
    Status.COMPLAINED: 2, Status.QUEUED: 2, Status.SENDING: 1,
}  # fmt: skip
ON_THE_WAY = (Status.QUEUED, Status.SENDING)
MAIL_KINDS = {
    "lead": 34, "deal": 20, "contact": 18, "account": 8, "customer": 10, "ticket": 7, "invoice": 5,
}  # fmt: skip
FILE_KINDS = {
    "deal": 28, "account": 20, "customer": 10, "lead": 8, "contact": 8, "ticket": 8, "order": 6,
    "invoice": 6, "general": 8,
}  # fmt: skip
OFFICE = "hello@nexa.example"


def keep_templates(scene: Scene) -> None:
    """Store the texts that people write from."""
    moments = scene.calendar.spread(scene.counts["emailtemplate"])
    for moment, (name, category, subject, body) in zip(moments, talk.TEMPLATES, strict=False):
        template = EmailTemplate(
            name=name,
            category=category,
            subject=subject,
            body=body,
            html_body="".join(f"<p>{part}</p>" for part in body.split("\n\n")),
            description=f"Used for {category.lower()}.",
        )
        scene.stamp(template, moment, scene.staff.manager())
        scene.ledger.add(template)


def write_mails(scene: Scene) -> None:
    """Store mails from draft to delivery; some belong to a campaign."""
    count = scene.counts["email"]
    traits = zip(
        scene.calendar.spread(count),
        scene.deal(count, STATUSES),
        scene.deal(count, MAIL_KINDS),
        strict=True,
    )
    campaigns = [known for known in scene.known("campaign") if known.details["sends"]]
    for moment, status, kind in traits:
        just_now = scene.now - timedelta(seconds=scene.random.randint(5, 90))
        about, at = scene.some_at(kind, just_now if status in ON_THE_WAY else moment)
        reader = about.person
        subject, message = scene.pick(talk.MAILS_ON.get(kind, talk.MAILS))
        body = (
            f"Hello {reader.name},\n\n{message}\n{scene.pick(talk.MAIL_ENDINGS)}\n\n"
            f"{responsible(scene, about).full_name}"
        )
        mail = Email(
            from_email=OFFICE,
            to_email=reader.email or OFFICE,
            subject=subject.format(name=about.name)[:255],
            body=body,
            html_body="".join(f"<p>{part}</p>" for part in body.split("\n\n")),
            status=status,
            related_to_type=about.kind,
            related_to_id=about.id,
        )
        scene.stamp(mail, at, responsible(scene, about))
        if campaigns and kind in ("lead", "contact") and scene.chance(0.25):
            mail.campaign_id = scene.some("campaign", at).id
        _deliver(scene, mail, at)
        removed = None
        if status == Status.DRAFT and scene.chance(0.15):
            removed = scene.removal(at, mail.created_by)
        scene.ledger.add(mail, touched=mail.clicked_at or mail.opened_at, removed=removed)


def _deliver(scene: Scene, mail: Email, at: datetime) -> None:
    """Set what the state of a mail implies: when it went out, and what became of it."""
    if mail.status == Status.SCHEDULED:
        mail.scheduled_at = scene.calendar.ahead(days=7)
    if mail.status in (Status.DRAFT, Status.SCHEDULED, Status.QUEUED):
        return
    mail.attempts = 5 if mail.status == Status.FAILED else 1
    mail.error = talk.MAIL_ERRORS.get(mail.status, "")
    if mail.status == Status.SENDING:
        mail.claimed_at, mail.outcome_unknown, mail.error = at, True, LOST
    if mail.status in (Status.SENDING, Status.FAILED):
        return
    mail.sent_at = at
    mail.message_id = f"<{mail.id.hex}@nexa.example>"
    if mail.status == Status.SENT and scene.chance(0.55):
        mail.opened_at = scene.calendar.after(at, days=3)
        mail.opens_count = scene.random.randint(1, 4)
        if scene.chance(0.3):
            mail.clicked_at = scene.calendar.after(mail.opened_at, days=0.1)
            mail.clicks_count = scene.random.randint(1, 3)


def file_documents(scene: Scene) -> None:
    """Store the rows of documents; their bytes are not part of the demo."""
    count = scene.counts["document"]
    moments, kinds = scene.calendar.spread(count), scene.deal(count, FILE_KINDS)
    for number, (moment, kind) in enumerate(zip(moments, kinds, strict=True), start=101):
        about, at = (None, moment) if kind == "general" else scene.some_at(kind, moment)
        document = _document(scene, number, about, at)
        removed = None
        if number % 20 == 0:
            removed = scene.removal(document.created_at, document.created_by)
        scene.ledger.add(document, removed=removed)


def _document(scene: Scene, number: int, about: Known | None, at: datetime) -> Document:
    file_name, file_type, title, folder = scene.pick(talk.FILES)
    owner = responsible(scene, about) if about else scene.staff.manager()
    title = title.format(number=number, name=about.name if about else "the house")[:255]
    document = Document(
        title=title,
        file_name=file_name.format(number=number),
        file_type=file_type,
        file_size=scene.random.randint(4_000, 900_000),
        folder=folder,
        uploaded_by=owner,
        related_to_type=about.kind if about else "general",
        related_to_id=about.id if about else None,
        description=f"Filed for {about.name}." if about else "For everybody in the house.",
        tags=[address_part(folder)],
        version=scene.pick((1, 1, 1, 2, 3)),
        is_public=about is None,
        checksum_sha256=sha256(f"{number} {title}".encode()).hexdigest(),
    )
    scene.stamp(document, at, owner)
    return document

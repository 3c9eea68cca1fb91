"""Tasks, meetings, calls and the timeline, each about some record."""

from datetime import datetime, timedelta

from accounts.models import User
from crm.activities.models import Activity, Call, Meeting, Task

from . import talk
from .ledger import Change
from .scene import Known, Scene

#: how often something is about each kind of record
SALES = {"lead": 30, "deal": 26, "account": 14, "contact": 16, "customer": 8, "ticket": 6}
TIMELINE = {**SALES, "order": 6, "invoice": 4}
#: from fresh to settled
TASK_STATUSES = {"pending": 30, "in_progress": 14, "cancelled": 6, "completed": 50}
PRIORITIES = {"medium": 46, "low": 20, "high": 24, "urgent": 10}
MEETING_STATUSES = {"scheduled": 26, "no_show": 7, "cancelled": 9, "completed": 58}
MEETING_TYPES = {"video_call": 50, "in_person": 30, "phone_call": 15, "other": 5}
CALL_STATUSES = {"scheduled": 15, "missed": 16, "cancelled": 5, "completed": 64}
ACTIVITY_TYPES = {
    "note": 34, "call": 16, "email": 18, "meeting": 10, "task": 8, "deal_update": 6,
    "status_change": 6, "other": 2,
}  # fmt: skip
LENGTHS = (30, 30, 45, 60, 60, 90)  # minutes
HOUR = timedelta(hours=1)


def plan_tasks(scene: Scene) -> None:
    """Store what colleagues promised to do."""
    count = scene.counts["task"]
    traits = zip(
        scene.calendar.spread(count),
        scene.deal_by_age(count, TASK_STATUSES),
        scene.deal(count, PRIORITIES),
        scene.deal(count, SALES),
        strict=True,
    )
    for moment, status, priority, kind in traits:
        about, at = scene.some_at(kind, moment)
        owner = responsible(scene, about)
        title, description = scene.pick(talk.TASKS_ON.get(kind, talk.TASKS))
        due = scene.calendar.agreed(at + timedelta(days=scene.random.randint(1, 14)))
        task = Task(
            title=title.format(name=about.name)[:255],
            description=description,
            status=status,
            priority=priority,
            due_date=due if scene.chance(0.92) else None,
            assigned_to=owner,
            related_to_type=about.kind,
            related_to_id=about.id,
            reminder=due - HOUR if scene.chance(0.3) else None,
            notes=scene.pick(talk.TASK_NOTES),
        )
        if task.reminder and task.reminder <= scene.now:
            task.reminded_at = task.reminder
        if status == Task.Status.COMPLETED:
            task.completed_date = scene.calendar.after(at, days=12)
        elif status == Task.Status.PENDING and due < scene.now and scene.chance(0.7):
            task.due_date = scene.calendar.ahead(days=14)  # put off; the others are overdue
        scene.stamp(task, at, scene.staff.author(owner))
        removed = None
        if status == Task.Status.CANCELLED and scene.chance(0.3):
            removed = scene.removal(at, owner)
        history = []
        if task.completed_date:
            change = {"status": ["pending", status]}
            history = [Change(task.completed_date, owner, change)]
        scene.ledger.add(task, history=history, removed=removed)


def hold_meetings(scene: Scene) -> None:
    """Store meetings, past ones with what came out of them."""
    count = scene.counts["meeting"]
    traits = zip(
        scene.calendar.spread(count),
        scene.deal_by_age(count, MEETING_STATUSES),
        scene.deal(count, MEETING_TYPES),
        scene.deal(count, SALES),
        strict=True,
    )
    for moment, status, form, kind in traits:
        about, at = scene.some_at(kind, moment)
        host, guest = responsible(scene, about), about.person
        title, description = scene.pick(talk.MEETINGS_ON.get(kind, talk.MEETINGS))
        held = status == Meeting.Status.COMPLETED
        start = _start(scene, at, planned=status == Meeting.Status.SCHEDULED)
        meeting = Meeting(
            title=title.format(name=about.name)[:255],
            description=description,
            start_time=start,
            end_time=start + timedelta(minutes=scene.pick(LENGTHS)),
            location=scene.pick(talk.PLACES) if form == Meeting.Type.IN_PERSON else "",
            meeting_link=_video_room(scene) if form == Meeting.Type.VIDEO_CALL else "",
            host=host,
            contact_id=guest.id if guest.kind == "contact" else None,
            status=status,
            meeting_type=form,
            attendees=_attendees(scene, host, guest),
            notes=scene.text(talk.MEETING_NOTES) if held else "",
            outcome=scene.text(talk.MEETING_OUTCOMES) if held else "",
            related_to_type=about.kind,
            related_to_id=about.id,
        )
        scene.stamp(meeting, at, scene.staff.author(host))
        scene.ledger.add(meeting, touched=min(meeting.end_time, scene.now))


def _start(scene: Scene, at: datetime, *, planned: bool) -> datetime:
    """Return when something planned at ``at`` begins, or began."""
    if planned:
        return scene.calendar.ahead(days=28)
    start = scene.calendar.agreed(at + timedelta(days=scene.random.uniform(0, 12)))
    return start if start < scene.now - 2 * HOUR else scene.now - scene.random.uniform(2, 30) * HOUR


def _video_room(scene: Scene) -> str:
    return f"https://meet.example.com/{scene.random.randrange(16**8):08x}"


def _attendees(scene: Scene, host: User, guest: Known) -> list[dict[str, str]]:
    attendees = [{"email": host.email, "name": host.full_name, "response": "accepted"}]
    if guest.email:
        response = scene.pick(("accepted", "accepted", "tentative", "needs-action"))
        attendees.append({"email": guest.email, "name": guest.name, "response": response})
    return attendees


def make_calls(scene: Scene) -> None:
    """Store phone calls, made, missed and planned."""
    count = scene.counts["call"]
    traits = zip(
        scene.calendar.spread(count),
        scene.deal_by_age(count, CALL_STATUSES),
        scene.deal(count, {"outbound": 65, "inbound": 35}),
        scene.deal(count, SALES),
        strict=True,
    )
    for moment, status, direction, kind in traits:
        about, at = scene.some_at(kind, moment)
        owner = responsible(scene, about)
        done, planned = status == Call.Status.COMPLETED, status == Call.Status.SCHEDULED
        call = Call(
            subject=scene.pick(talk.CALLS_ON.get(kind, talk.CALLS)).format(name=about.name)[:255],
            call_type=direction,
            status=status,
            start_time=at,
            duration=scene.random.randint(40, 1800) if done else 0,
            phone_number=about.phone,
            related_to_type=about.kind,
            related_to_id=about.id,
            user=owner,
            notes=scene.pick(talk.CALL_NOTES) if done else "",
            outcome=scene.pick(talk.CALL_OUTCOMES) if done else "",
        )
        if planned:
            call.start_time, call.duration = scene.calendar.ahead(days=10), None
        scene.stamp(call, at, owner)
        scene.ledger.add(call)


def tell_timeline(scene: Scene) -> None:
    """Store what happened to records as people tell it."""
    count = scene.counts["activity"]
    traits = zip(
        scene.calendar.spread(count),
        scene.deal(count, ACTIVITY_TYPES),
        scene.deal(count, TIMELINE),
        strict=True,
    )
    for moment, form, kind in traits:
        about, at = scene.some_at(kind, moment)
        owner = responsible(scene, about)
        title, description = scene.pick(talk.ACTIVITIES[form])
        activity = Activity(
            activity_type=form,
            title=title.format(name=about.name)[:255],
            description=description,
            user=owner,
            related_to_type=about.kind,
            related_to_id=about.id,
            metadata={"minutes": scene.random.randint(2, 60)} if form == "call" else {},
        )
        scene.stamp(activity, at, owner)
        scene.ledger.add(activity)


def responsible(scene: Scene, about: Known) -> User:
    """Return who looks after a record, or whoever finds the time."""
    if about.owner:
        return about.owner
    return scene.staff.supporter() if about.kind == "ticket" else scene.staff.seller()

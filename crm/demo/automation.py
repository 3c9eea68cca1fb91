"""Workflows as a team of this size would have them."""

from typing import Any, NamedTuple

from crm.automation.models import Workflow

from .scene import Scene

Trigger, Status = Workflow.Trigger, Workflow.Status


class Plan(NamedTuple):
    """A workflow in the terms of behaviours.md, "Workflow"."""

    name: str
    description: str
    trigger: Workflow.Trigger
    config: dict[str, Any]
    conditions: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    status: Workflow.Status


def task(title: str, days: int, priority: str = "medium") -> dict[str, Any]:
    """Return the action that makes a task for the record's owner."""
    return {
        "type": "create_task",
        "title": title,
        "due_in_days": days,
        "priority": priority,
        "assigned_to": "{{ record.assigned_to }}",
    }


def is_(field: str, op: str, value: Any) -> dict[str, Any]:
    """Return one condition."""
    return {"field": field, "op": op, "value": value}


PLANS = (
    Plan(
        "Call hot leads", "A good lead is called on the same day.",
        Trigger.EVENT, {"entity": "lead", "event": "created"},
        [is_("lead_score", "gte", 75)],
        [task("Call {{ record.first_name }} {{ record.last_name }}", 0, "high")],
        Status.ACTIVE,
    ),
    Plan(
        "Welcome after a won deal", "The customer hears from us on the day after.",
        Trigger.EVENT, {"entity": "deal", "event": "stage_changed", "to": "Closed Won"},
        [],
        [
            task("Plan the kick-off for {{ record.deal_name }}", 3),
            {"type": "add_note", "text": "Won: kick-off is being planned."},
        ],
        Status.ACTIVE,
    ),
    Plan(
        "Urgent tickets to the manager", "Nobody waits with an urgent ticket.",
        Trigger.EVENT, {"entity": "ticket", "event": "created"},
        [is_("priority", "eq", "urgent")],
        [{"type": "notify", "role": "manager", "text": "Urgent: {{ record.subject }}"}],
        Status.ACTIVE,
    ),
    Plan(
        "Look at stalled deals", "Every Monday the deals that stand still get a task.",
        Trigger.SCHEDULED, {"cron": "0 7 * * 1", "entity": "deal"},
        [is_("stage", "eq", "On Hold")],
        [task("Wake up {{ record.deal_name }}", 2)],
        Status.INACTIVE,
    ),
    Plan(
        "Remind of open invoices", "A week after the due date somebody calls.",
        Trigger.SCHEDULED,
        {"relative": {"entity": "invoice", "date_field": "due_date", "offset": "7d"}},
        [is_("status", "in", ["sent", "overdue"])],
        [task("Call about {{ record.invoice_number }}", 1)],
        Status.INACTIVE,
    ),
    Plan(
        "Hand over to a colleague", "For holidays: run by hand on a list of leads.",
        Trigger.MANUAL, {"entity": "lead"},
        [is_("status", "ne", "converted")],
        [{"type": "assign", "method": "least_loaded"}],
        Status.ACTIVE,
    ),
    Plan(
        "Enquiries of the web shop", "The shop sends its enquiries here.",
        Trigger.WEBHOOK, {"entity": "lead"},
        [],
        [
            {
                "type": "create_record",
                "entity": "lead",
                "values": {"last_name": "{{ payload.name }}", "email": "{{ payload.email }}"},
            }
        ],
        Status.DRAFT,
    ),
    Plan(
        "Tell the warehouse about big orders", "Orders above 10,000 are announced.",
        Trigger.EVENT, {"entity": "order", "event": "created"},
        [is_("total", "gt", 10_000)],
        [{"type": "webhook", "url": "https://hooks.example.com/orders"}],
        Status.DRAFT,
    ),
    Plan(
        "Follow up after a demonstration", "Three days later we ask how it went down.",
        Trigger.EVENT,
        {"entity": "meeting", "event": "field_changed", "field": "status", "to": "completed"},
        [],
        [{"type": "wait", "for": "3d"}, task("Follow up: {{ record.title }}", 0)],
        Status.DRAFT,
    ),
    Plan(
        "Score leads from referrals", "Somebody's recommendation counts.",
        Trigger.EVENT, {"entity": "lead", "event": "created"},
        [is_("source", "eq", "referral")],
        [{"type": "update_field", "field": "lead_score", "value": 60}],
        Status.INACTIVE,
    ),
)  # fmt: skip


def set_rules(scene: Scene) -> None:
    """Store the workflows; in larger companies each site has its own set."""
    count = scene.counts["workflow"]
    for number, at in enumerate(scene.calendar.spread(count)):
        site, place = divmod(number, len(PLANS))
        plan = PLANS[place]
        runs = scene.random.randint(3, 240) if plan.status == Status.ACTIVE else 0
        workflow = Workflow(
            name=f"{plan.name} (site {site + 1})" if site else plan.name,
            description=plan.description,
            trigger_type=plan.trigger,
            trigger_config=plan.config,
            conditions=plan.conditions,
            actions=plan.actions,
            status=plan.status,
            execution_count=runs,
            last_executed_at=scene.calendar.after(at, days=200) if runs else None,
        )
        scene.stamp(workflow, at, scene.staff.manager() if place % 2 else scene.staff.admin)
        scene.ledger.add(workflow, touched=workflow.last_executed_at)

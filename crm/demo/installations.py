"""An entity of the company's own: where devices stand at customers, declared as an app would."""

from datetime import timedelta
from typing import Any

from crm.declared.access import completed
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.declared.values import shaped

from .scene import Scene

SCHEMA: dict[str, Any] = {
    "name": "Installation",
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "customer_id": {"type": "string"},
        "product_id": {"type": "string"},
        "status": {
            "type": "string",
            "enum": ["planned", "in_progress", "running", "dismantled"],
            "default": "planned",
        },
        "installed_on": {"type": "string", "format": "date"},
        "next_service": {"type": "string", "format": "date"},
        "devices": {"type": "integer", "minimum": 1, "description": "Scanners and printers"},
        "monthly_fee": {"type": "number", "minimum": 0},
        "remote_access": {"type": "boolean", "default": False},
        "contact_email": {"type": "string", "format": "email"},
        "shifts": {
            "type": "array",
            "items": {"type": "string", "enum": ["early", "late", "night"]},
        },
        "notes": {"type": "string"},
    },
    "required": ["title"],
}
STATUS = {"running": 60, "planned": 15, "in_progress": 15, "dismantled": 10}
PLACES = ("Goods in", "Cold store", "Packing tables", "Returns desk", "Loading ramp", "Hall 2")
NOTES = (
    "The access point above gate 4 has to be moved before the next service.",
    "Spare batteries are kept in the shift leader's cabinet.",
    "Works under a roof only: ask for the frame in winter.",
    "Two devices are lent to the second site until the end of the month.",
)


def install_devices(scene: Scene) -> None:
    """Declare the entity, and store where devices stand."""
    first, *days = sorted(scene.calendar.spread(scene.counts["installation"] + 1))
    access, _unread = completed({}, None)
    entity = DeclaredEntity(name=SCHEMA["name"], schema=SCHEMA, access=access)
    scene.stamp(entity, first, scene.staff.admin)
    scene.ledger.add(entity)
    scene.ledger.flush()
    states = scene.deal(len(days), STATUS)
    for at, status in zip(days, states, strict=True):
        customer = scene.pick(scene.known("customer"))
        product = scene.pick(scene.known("product"))
        begun = status in ("running", "dismantled")
        values = {
            "title": f"{scene.pick(PLACES)}, {customer.name}",
            "customer_id": str(customer.id),
            "product_id": str(product.id),
            "status": status,
            "installed_on": at.date().isoformat() if begun else None,
            "next_service": _day_after(scene, at) if status == "running" else None,
            "devices": scene.random.randint(2, 24),
            "monthly_fee": scene.random.randint(40, 900) + 0.5,
            "remote_access": scene.chance(0.6),
            "contact_email": customer.person.email or None,
            "shifts": ["early", "late", "night"][: scene.random.randint(1, 3)],
            "notes": scene.pick(NOTES) if scene.chance(0.5) else None,
        }
        record = DeclaredRecord(declaration=entity, custom_fields=shaped(SCHEMA, values))
        scene.ledger.add(scene.stamp(record, at, scene.staff.supporter()))


def _day_after(scene: Scene, at: Any) -> str:
    return (at + timedelta(days=180 + scene.random.randint(0, 180))).date().isoformat()

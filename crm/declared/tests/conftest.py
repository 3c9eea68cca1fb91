"""An app's own entity, declared as its administrator would, and people who use it."""

import pytest

from crm.base44.tests.conftest import app_of, folder, send_file  # noqa: F401
from crm.core import records
from crm.declared.models import DeclaredEntity

SCHEMA = {
    "name": "Booking",
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "What it is called"},
        "state": {"type": "string", "enum": ["asked", "agreed", "over"], "default": "asked"},
        "seats": {"type": "integer", "minimum": 1},
        "price": {"type": "number"},
        "paid": {"type": "boolean", "default": False},
        "day": {"type": "string", "format": "date"},
        "email": {"type": "string", "format": "email"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "place": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
    "required": ["title"],
}
HALL = {"title": "Hall", "seats": 40, "price": 12.5, "day": "2026-05-01", "tags": ["big"]}
OPEN = {"read": "all", "create": "all", "update": "all", "delete": "all"}
ACCESS = {
    "manager": OPEN,
    "sales_rep": {"read": "all", "create": "all", "update": "own", "delete": "own"},
    "support": {"read": "own", "create": "all", "update": "none", "delete": "none"},
}


@pytest.fixture
def declare(max):
    """Declare an entity as the administrator."""

    def declare(name="Booking", **values):
        schema = values.pop("schema", {**SCHEMA, "name": name})
        values = {"access": ACCESS, **values}
        return records.create(DeclaredEntity(name=name, schema=schema, **values), by=max)

    return declare


@pytest.fixture
def booking(declare):
    return declare()


@pytest.fixture
def app(booking, app_of, ann):  # noqa: F811
    return app_of(ann)


def answered(response, status=200):
    assert response.status_code == status, response.content
    return response.json()


def titles(rows):
    return [row["title"] for row in rows]

"""The lines of what is sold: the one form that deals, orders and invoices share."""

from typing import Any

from . import fields

AMOUNT = fields.number_or_text(maximum=9_999_999_999_999.99)
LINE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "product_id": {"type": ["string", "null"], "format": "uuid"},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "quantity": {**fields.number_or_text(maximum=1_000_000_000), "exclusiveMinimum": 0},
        "unit_price": AMOUNT,
        "discount": AMOUNT,
        "tax_rate": fields.number_or_text(maximum=100),
        "total": AMOUNT,
    },
}


def lines(*required: str) -> fields.ShapedJSONField:
    """Return a field of lines that have at least what is ``required``."""
    line = {**LINE, "required": list(required)}
    return fields.json_list(line, longest=500, max_bytes=512 * fields.KILOBYTE)

"""The verbs of tickets, by the room that each is in."""

from .breaches import escalate_ticket, flag_breaches
from .comments import (
    add_comment,
    comments_for,
    edit_comment,
    remove_comment,
    reply_and_resolve,
    take_customer_reply,
)
from .tickets import change_ticket, create_ticket, reopen_ticket, resolve_ticket

__all__ = [
    "add_comment",
    "change_ticket",
    "comments_for",
    "create_ticket",
    "edit_comment",
    "escalate_ticket",
    "flag_breaches",
    "remove_comment",
    "reopen_ticket",
    "reply_and_resolve",
    "resolve_ticket",
    "take_customer_reply",
]

"""The index of reactions: what happened, and what it wakes. Reads like urls.py."""

from crm.core.outbox import Reaction
from crm.sales import reactions as sales

reactions: dict[str, tuple[Reaction, ...]] = {
    "call.completed": (sales.learn_from_call,),
    "call.created": (sales.learn_from_call,),
    "call.updated": (sales.learn_from_call,),
    "email.clicked": (sales.notice_interest,),
    "email.opened": (sales.notice_interest,),
    "email.sent": (sales.learn_from_mail,),
    "meeting.completed": (sales.learn_from_meeting,),
    "meeting.created": (sales.learn_from_meeting,),
    "meeting.updated": (sales.learn_from_meeting,),
}

"""The index of reactions: what happened, and what it wakes. Reads like urls.py."""

from functools import partial

from crm.activities.answers import words_to_answer
from crm.commerce import reactions as commerce
from crm.core.outbox import Reaction
from crm.marketing import reactions as marketing
from crm.messaging import reactions as messaging
from crm.sales import reactions as sales

#: each attendee's mail ends in the link by which they answer
mail_meeting = partial(messaging.mail_meeting, closing=words_to_answer)

reactions: dict[str, tuple[Reaction, ...]] = {
    "user.password_reset_requested": (messaging.mail_reset_link,),
    "user.verification_requested": (messaging.mail_verification_code,),
    "invitation.offered": (messaging.mail_invitation,),
    "email.bounced": (marketing.look_after_campaign,),
    "email.complained": (marketing.look_after_campaign,),
    "deal.won": (commerce.serve_won_deal,),
    "invoice.credited": (commerce.tell_customer_story,),
    "invoice.issued": (commerce.tell_customer_story,),
    "invoice.overdue": (commerce.tell_customer_story,),
    "invoice.paid": (commerce.tell_customer_story, commerce.mark_order_paid),
    "invoice.payment_received": (commerce.tell_customer_story,),
    "invoice.voided": (commerce.tell_customer_story,),
    "order.cancelled": (commerce.tell_customer_story,),
    "order.confirmed": (commerce.tell_customer_story,),
    "order.delivered": (commerce.tell_customer_story,),
    "order.shipped": (commerce.tell_customer_story,),
    "call.completed": (sales.learn_from_call,),
    "call.created": (sales.learn_from_call,),
    "call.updated": (sales.learn_from_call,),
    "email.clicked": (sales.notice_interest,),
    "email.opened": (sales.notice_interest,),
    "email.sent": (sales.learn_from_mail,),
    "meeting.invited": (mail_meeting,),
    "meeting.reinvited": (mail_meeting,),
    "meeting.uninvited": (mail_meeting,),
    "meeting.completed": (sales.learn_from_meeting,),
    "meeting.created": (sales.learn_from_meeting,),
    "meeting.updated": (sales.learn_from_meeting,),
    "task.reminder_due": (messaging.mail_reminder,),
}

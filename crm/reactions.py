"""The index of reactions: what happened, and what it wakes. Reads like urls.py."""

from crm.core.outbox import Reaction
from crm.marketing import reactions as marketing
from crm.messaging import reactions as messaging

reactions: dict[str, tuple[Reaction, ...]] = {
    "user.password_reset_requested": (messaging.mail_reset_link,),
    "invitation.offered": (messaging.mail_invitation,),
    "email.bounced": (marketing.look_after_campaign,),
    "email.complained": (marketing.look_after_campaign,),
}

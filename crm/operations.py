"""The index of verbs: loaded at start-up, so that every registered version is known."""

from accounts import operations as accounts
from crm.commerce import operations as commerce
from crm.marketing import operations as marketing
from crm.messaging import operations as messaging
from crm.people import operations as people
from crm.sales import leads
from crm.sales import operations as sales
from crm.support import operations as support

__all__ = ["accounts", "commerce", "leads", "marketing", "messaging", "people", "sales", "support"]

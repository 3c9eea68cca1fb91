"""The index of verbs: loaded at start-up, so that every registered version is known."""

from accounts import operations as accounts
from crm.activities import operations as activities
from crm.commerce import operations as commerce
from crm.documents import operations as documents
from crm.marketing import links
from crm.marketing import operations as marketing
from crm.messaging import operations as messaging
from crm.people import operations as people
from crm.sales import deals, leads, pipelines
from crm.sales import operations as sales
from crm.support import operations as support

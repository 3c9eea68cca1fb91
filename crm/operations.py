"""The index of verbs: loaded at start-up, so that every registered version is known."""

from accounts import loading as accounts_history
from accounts import operations as accounts
from crm.activities import loading as activities_history
from crm.activities import operations as activities
from crm.automation import loading as automation_history
from crm.commerce import loading as commerce_history
from crm.commerce import operations as commerce
from crm.declared import loading as declared_history
from crm.declared import operations as declared
from crm.documents import loading as documents_history
from crm.documents import operations as documents
from crm.marketing import links
from crm.marketing import loading as marketing_history
from crm.marketing import operations as marketing
from crm.messaging import loading as messaging_history
from crm.messaging import operations as messaging
from crm.people import loading as people_history
from crm.people import operations as people
from crm.sales import deals, leads, pipelines
from crm.sales import loading as sales_history
from crm.sales import operations as sales
from crm.support import loading as support_history
from crm.support import operations as support

"""The index of tables: Django finds every model through this page."""

from crm.activities.models import Activity, Call, Meeting, Task
from crm.automation.models import Workflow
from crm.commerce.models import Invoice, Order, Product
from crm.core.models import Counter, Event, Job
from crm.documents.models import Document
from crm.marketing.models import Campaign, LinkAnalytics
from crm.messaging.models import Email
from crm.people.models import Account, Contact, Customer, Supplier
from crm.sales.models import Deal, Lead
from crm.sales.rulemodels import AssignmentRule
from crm.support.models import Ticket, TicketComment

__all__ = [
    "Account",
    "Activity",
    "AssignmentRule",
    "Call",
    "Campaign",
    "Contact",
    "Counter",
    "Customer",
    "Deal",
    "Document",
    "Email",
    "Event",
    "Invoice",
    "Job",
    "Lead",
    "LinkAnalytics",
    "Meeting",
    "Order",
    "Product",
    "Supplier",
    "Task",
    "Ticket",
    "TicketComment",
    "Workflow",
]

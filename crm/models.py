"""The index of tables: Django finds every model through this page."""

from crm.activities.models import Activity, CalendarFeed, Call, Meeting, Task
from crm.automation.models import Workflow
from crm.commerce.bookkeeping import CreditNote, Payment
from crm.commerce.models import Invoice, Order, Product
from crm.core.company import Company, ExchangeRate
from crm.core.erasure import ErasedPerson
from crm.core.models import Counter, Event, Job
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.documents.models import Document, DocumentVersion, LooseFile
from crm.marketing.models import Campaign, CampaignRecipient, Click, LinkAnalytics
from crm.messaging.models import Email, EmailTemplate, ProviderNotice, Suppression
from crm.people.models import Account, Contact, Customer, Supplier
from crm.sales.models import Deal, Lead, Pipeline, StageChange
from crm.sales.rulemodels import AssignmentRule
from crm.support.models import SlaCalendar, SlaPolicy, Ticket, TicketComment

__all__ = [
    "Account",
    "Activity",
    "AssignmentRule",
    "CalendarFeed",
    "Call",
    "Campaign",
    "CampaignRecipient",
    "Click",
    "Company",
    "Contact",
    "Counter",
    "CreditNote",
    "Customer",
    "Deal",
    "DeclaredEntity",
    "DeclaredRecord",
    "Document",
    "DocumentVersion",
    "Email",
    "EmailTemplate",
    "ErasedPerson",
    "Event",
    "ExchangeRate",
    "Invoice",
    "Job",
    "Lead",
    "LinkAnalytics",
    "LooseFile",
    "Meeting",
    "Order",
    "Payment",
    "Pipeline",
    "Product",
    "ProviderNotice",
    "SlaCalendar",
    "SlaPolicy",
    "StageChange",
    "Supplier",
    "Suppression",
    "Task",
    "Ticket",
    "TicketComment",
    "Workflow",
]

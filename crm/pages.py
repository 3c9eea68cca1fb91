"""The index of the pages: which entities have them, and every further page with its address."""

from django.urls import path

from accounts.recordpages import TeamPages, UserPages
from crm.activities.calendarpages import calendar_page, move_entry
from crm.activities.feedpages import calendar_feed
from crm.activities.meetingpages import MeetingPages
from crm.activities.pages import ActivityPages, CallPages, TaskPages
from crm.analytics.pages import figures, home, task_done, task_open
from crm.analytics.reportpages import report, report_file, reports
from crm.automation.pages import WorkflowPages
from crm.commerce.invoicepages import InvoicePages
from crm.commerce.linepages import preview_lines
from crm.commerce.orderpages import OrderPages
from crm.commerce.pages import ProductPages
from crm.core.pages.lookups import lookup, lookup_new
from crm.declared.pages import urlpatterns as declared_pages
from crm.documents.pages import DocumentPages
from crm.marketing.recordpages import CampaignPages, LinkAnalyticsPages
from crm.messaging.recordpages import EmailPages, EmailTemplatePages
from crm.people.pages import AccountPages, ContactPages, CustomerPages, SupplierPages
from crm.sales.dealpages import DealPages
from crm.sales.leadpages import LeadPages
from crm.sales.pages import AssignmentRulePages, PipelinePages
from crm.search.pages import palette, search
from crm.support.pages import TicketPages

pages = [
    UserPages(),
    TeamPages(),
    LeadPages(),
    AssignmentRulePages(),
    ContactPages(),
    AccountPages(),
    DealPages(),
    PipelinePages(),
    TaskPages(),
    MeetingPages(),
    CallPages(),
    ActivityPages(),
    CustomerPages(),
    ProductPages(),
    OrderPages(),
    CampaignPages(),
    SupplierPages(),
    InvoicePages(),
    TicketPages(),
    LinkAnalyticsPages(),
    EmailTemplatePages(),
    EmailPages(),
    DocumentPages(),
    WorkflowPages(),
]

urlpatterns = [
    *[address for of_entity in pages for address in of_entity.urls()],
    *declared_pages,
    path("", home, name="home"),
    path("me/calendar/", calendar_feed, name="me-calendar"),
    path("home/figures/", figures, name="figures"),
    path("home/tasks/<uuid:pk>/done/", task_done, name="home-task-done"),
    path("home/tasks/<uuid:pk>/open/", task_open, name="home-task-open"),
    path("reports/", reports, name="reports"),
    path("reports/<slug:name>/", report, name="report"),
    path("reports/<slug:name>/csv/", report_file, name="report-csv"),
    path("calendar/", calendar_page, name="calendar-page"),
    path("calendar/<slug:kind>/<uuid:pk>/move/", move_entry, name="calendar-move"),
    path("search/", search, name="search"),
    path("search/palette/", palette, name="search-palette"),
    path("lookup/<slug:slug>/", lookup, name="lookup"),
    path("lookup/<slug:slug>/new/", lookup_new, name="lookup-new"),
    path("lines/preview/", preview_lines, name="lines-preview"),
]

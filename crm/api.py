"""The index of the REST API. The router is the registry of entities."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.viewsets import TeamViewSet, UserViewSet
from crm.activities import views as activities
from crm.activities.viewsets import ActivityViewSet, CallViewSet, MeetingViewSet, TaskViewSet
from crm.analytics.urls import urlpatterns as analytics
from crm.automation.viewsets import WorkflowViewSet
from crm.commerce.viewsets import InvoiceViewSet, OrderViewSet, ProductViewSet
from crm.documents.viewsets import DocumentViewSet
from crm.marketing.viewsets import CampaignViewSet, LinkAnalyticsViewSet
from crm.messaging.viewsets import EmailTemplateViewSet, EmailViewSet
from crm.people.viewsets import AccountViewSet, ContactViewSet, CustomerViewSet, SupplierViewSet
from crm.privacy.views import Erase, Export
from crm.sales.leadviewsets import AssignmentRuleViewSet, LeadViewSet
from crm.sales.views import WebForm
from crm.sales.viewsets import DealViewSet, PipelineViewSet
from crm.support.viewsets import TicketViewSet

router = SimpleRouter(trailing_slash=False)
router.register("users", UserViewSet)
router.register("teams", TeamViewSet)
router.register("leads", LeadViewSet)
router.register("assignment-rules", AssignmentRuleViewSet)
router.register("contacts", ContactViewSet)
router.register("accounts", AccountViewSet)
router.register("deals", DealViewSet)
router.register("pipelines", PipelineViewSet)
router.register("tasks", TaskViewSet)
router.register("meetings", MeetingViewSet)
router.register("calls", CallViewSet)
router.register("activities", ActivityViewSet)
router.register("customers", CustomerViewSet)
router.register("products", ProductViewSet)
router.register("orders", OrderViewSet)
router.register("campaigns", CampaignViewSet)
router.register("suppliers", SupplierViewSet)
router.register("invoices", InvoiceViewSet)
router.register("tickets", TicketViewSet)
router.register("link-analytics", LinkAnalyticsViewSet)
router.register("emails/templates", EmailTemplateViewSet)  # before the ids of emails
router.register("emails", EmailViewSet)
router.register("documents", DocumentViewSet)
router.register("workflows", WorkflowViewSet)

# An older client made its plurals by adding an s.
aliases = SimpleRouter(trailing_slash=False)
aliases.register("activitys", ActivityViewSet, basename="alias-activitys")
aliases.register("linkanalyticss", LinkAnalyticsViewSet, basename="alias-linkanalyticss")
aliases.register("linkanalytics", LinkAnalyticsViewSet, basename="alias-linkanalytics")
aliases.register("link_analytics", LinkAnalyticsViewSet, basename="alias-link_analytics")

urlpatterns = [
    path("calendar", activities.CalendarOfCaller.as_view(), name="calendar"),
    path("calendar.ics", activities.FeedOfPerson.as_view(), name="calendar-feed"),
    path("calendar/token", activities.FeedAddress.as_view(), name="calendar-token"),
    *router.urls,
    *aliases.urls,
    *analytics,
    path("forms/lead", WebForm.as_view(), name="web-form"),
    path("privacy/export", Export.as_view(), name="privacy-export"),
    path("privacy/erase", Erase.as_view(), name="privacy-erase"),
]

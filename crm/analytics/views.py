"""The numbers over REST. Each view reads what is asked and makes one call."""

from rest_framework.views import APIView

from crm.commerce.models import Invoice
from crm.core.permissions import SignedIn
from crm.core.throttles import CallerThrottle
from crm.core.views import EnvelopedView, ok
from crm.sales.models import Deal, Lead

from . import billing, leads, selling, shapes, working
from .dashboard import dashboard
from .figures import check_view
from .leaderboard import leaderboard
from .parameters import SPAN, Asked


class NumbersView(EnvelopedView, APIView):
    """Numbers over what the caller may view; what their role may not view is null, or 403."""

    permission_classes = (SignedIn,)
    throttle_classes = (CallerThrottle,)


class DashboardView(NumbersView):
    contract = shapes.DASHBOARD

    def get(self, request):
        """How things stand, and how the time asked for compares with the time before."""
        span = Asked(request.GET, *SPAN).span()
        return ok(dashboard(request.user, span))


class RevenueView(NumbersView):
    contract = shapes.REVENUE

    def get(self, request):
        """What was invoiced and paid, by day, week or month."""
        check_view(request.user, Invoice)
        asked = Asked(request.GET, *SPAN, "interval")
        span = asked.span()
        return ok(billing.revenue(request.user, span, asked.interval(span)))


class PipelineView(NumbersView):
    contract = shapes.PIPELINE

    def get(self, request):
        """What stands in each stage of a pipeline; won and lost ones of the time asked for."""
        check_view(request.user, Deal)
        asked = Asked(request.GET, *SPAN, "pipeline")
        span = asked.span()
        return ok(selling.pipeline(request.user, span, asked.pipeline()))


class LeadSourcesView(NumbersView):
    contract = shapes.LEAD_SOURCES

    def get(self, request):
        """Where new leads came from, and what became of them."""
        check_view(request.user, Lead)
        return ok(leads.lead_sources(request.user, Asked(request.GET, *SPAN).span()))


class ConversionFunnelView(NumbersView):
    contract = shapes.FUNNEL

    def get(self, request):
        """How far new leads got."""
        check_view(request.user, Lead)
        return ok(leads.conversion_funnel(request.user, Asked(request.GET, *SPAN).span()))


class ActivityView(NumbersView):
    contract = shapes.ACTIVITY

    def get(self, request):
        """What people did, by day, week or month and by type."""
        asked = Asked(request.GET, *SPAN, "interval")
        span = asked.span()
        return ok(working.activity(request.user, span, asked.interval(span)))


class LeaderboardView(NumbersView):
    contract = shapes.LEADERBOARD

    def get(self, request):
        """Who did how much, the best seller first."""
        return ok(leaderboard(request.user, Asked(request.GET, *SPAN).span()))


class ReceivablesView(NumbersView):
    contract = shapes.RECEIVABLES

    def get(self, request):
        """What is still to be paid, by how long it is overdue."""
        check_view(request.user, Invoice)
        span = Asked(request.GET, *SPAN).span(usual="all")
        return ok(billing.receivables(request.user, span))

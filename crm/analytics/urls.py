"""The addresses of the numbers."""

from django.urls import path

from . import views

urlpatterns = [
    path("analytics/dashboard", views.DashboardView.as_view()),
    path("analytics/revenue", views.RevenueView.as_view()),
    path("analytics/pipeline", views.PipelineView.as_view()),
    path("analytics/lead-sources", views.LeadSourcesView.as_view()),
    path("analytics/conversion-funnel", views.ConversionFunnelView.as_view()),
    path("analytics/activity", views.ActivityView.as_view()),
    path("analytics/leaderboard", views.LeaderboardView.as_view()),
    path("analytics/receivables", views.ReceivablesView.as_view()),
]

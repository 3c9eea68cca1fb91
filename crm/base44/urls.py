"""Addresses of the second wire format, below ``/api/``. Words before ids; no slash at the end."""

from django.urls import path

from . import views

ENTITY = "apps/<str:app>/entities/<str:entity>"

urlpatterns = [
    path("apps/<str:app>/entities/User/me", views.Me.as_view()),
    path(ENTITY, views.Records.as_view()),
    path(f"{ENTITY}/v2/list", views.Page.as_view()),
    path(f"{ENTITY}/count", views.CountOf.as_view()),
    path(f"{ENTITY}/aggregate", views.Aggregate.as_view()),
    path(f"{ENTITY}/bulk", views.Bulk.as_view()),
    path(f"{ENTITY}/update-many", views.UpdateMany.as_view()),
    path(f"{ENTITY}/upsert", views.Upsert.as_view()),
    path(f"{ENTITY}/<str:id>", views.Record.as_view()),
]

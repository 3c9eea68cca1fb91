"""Addresses of the second wire format, below ``/api/``. Words before ids; no slash at the end."""

from django.urls import path, re_path

from . import (
    absent,
    authviews,
    csvimport,
    functionviews,
    integrationviews,
    logviews,
    pagelists,
    views,
)

APP = "apps/<str:app>"
ENTITY = f"{APP}/entities/<str:entity>"
AUTH = f"{APP}/auth"
INTEGRATIONS = f"{APP}/integration-endpoints"
CORE = f"{INTEGRATIONS}/Core"

urlpatterns = [
    # What pages of such apps fetch beside the entities, with API_COMPAT only
    *(path(f"v1/{name}", pagelists.EmptyList.as_view()) for name in pagelists.NAMES),
    path("v1/industry-templates", pagelists.OpenEmptyList.as_view()),
    path("apps/public/prod/public-settings/by-id/<str:app>", logviews.PublicSettings.as_view()),
    # Where browsers are sent, without the app's id
    path("apps/auth/logout", authviews.Logout.as_view()),
    path("apps/auth/login", authviews.ProviderLogin.as_view()),
    path("apps/auth/<str:provider>/login", authviews.ProviderLogin.as_view()),
    path(f"{AUTH}/sso/login", authviews.ProviderLogin.as_view()),
    path(f"{AUTH}/login", authviews.Login.as_view()),
    path(f"{AUTH}/register", authviews.Register.as_view()),
    path(f"{AUTH}/verify-otp", authviews.VerifyCode.as_view()),
    path(f"{AUTH}/resend-otp", authviews.ResendCode.as_view()),
    path(f"{AUTH}/reset-password-request", authviews.RequestReset.as_view()),
    path(f"{AUTH}/reset-password", authviews.ResetPassword.as_view()),
    path(f"{AUTH}/change-password", authviews.ChangePassword.as_view()),
    path(f"{APP}/users/invite-user", authviews.InviteUser.as_view()),
    path(f"{APP}/runtime/users/invite-user", authviews.InviteUser.as_view()),
    path(f"{APP}/entities/User/me", views.Me.as_view()),
    path(ENTITY, views.Records.as_view()),
    path(f"{ENTITY}/v2/list", views.Page.as_view()),
    path(f"{ENTITY}/count", views.CountOf.as_view()),
    path(f"{ENTITY}/aggregate", views.Aggregate.as_view()),
    path(f"{ENTITY}/bulk", views.Bulk.as_view()),
    path(f"{ENTITY}/update-many", views.UpdateMany.as_view()),
    path(f"{ENTITY}/upsert", views.Upsert.as_view()),
    path(f"{ENTITY}/import", csvimport.Import.as_view()),
    path(f"{ENTITY}/<str:id>", views.Record.as_view()),
    path(f"{CORE}/UploadFile", integrationviews.UploadFile.as_view()),
    path(f"{CORE}/UploadPrivateFile", integrationviews.UploadPrivateFile.as_view()),
    path(f"{CORE}/CreateFileSignedUrl", integrationviews.CreateFileSignedUrl.as_view()),
    path(f"{CORE}/SendEmail", integrationviews.SendEmail.as_view()),
    path(f"{CORE}/ExtractDataFromUploadedFile", integrationviews.ExtractData.as_view()),
    path(f"{CORE}/InvokeLLM", integrationviews.NotConnected.as_view()),
    path(f"{CORE}/GenerateImage", integrationviews.NotConnected.as_view()),
    path(
        f"{APP}/files/<str:token>/<str:name>",
        integrationviews.PublicFile.as_view(),
        name="base44-file",
    ),
    path(f"{APP}/functions/<str:name>", functionviews.Invoke.as_view()),
    path(f"{APP}/analytics/track/batch", logviews.analytics),
    path("app-logs/<str:app>", logviews.Logs.as_view()),
    path("app-logs/<str:app>/stats", logviews.Stats.as_view()),
    re_path(
        r"^app-logs/(?P<app>[^/]+)/log-user-in-app(?:/(?P<page>[\s\S]*))?\Z",
        logviews.PageSeen.as_view(),
    ),
    # Known by name, and not here
    *(
        re_path(rf"^apps/(?P<app>[^/]+)/{part}(?:/[\s\S]*)?\Z", view.as_view())
        for part, view in (
            ("integration-endpoints", absent.NoIntegration),
            ("integrations/custom", absent.NoIntegration),
            ("ai", absent.NoModels),
            ("actors", absent.NoActors),
            ("agents", absent.Absent),
            ("conversations", absent.Absent),
            ("app-user-auth/connectors", absent.Absent),
            ("external-auth/tokens", absent.Absent),
            ("connectors", absent.Absent),
            ("auth/sso", absent.Absent),
        )
    ),
]

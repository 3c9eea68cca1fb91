"""The API as its clients meet it, the same on every machine: settings of what serves it."""

from datetime import timedelta
from typing import Any

from corsheaders.defaults import default_headers

Settings = dict[str, Any]

REST_FRAMEWORK: Settings = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["crm.core.permissions.ModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["crm.core.wire.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.core.wire.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["crm.core.throttles.CallerThrottle"],
    "DEFAULT_SCHEMA_CLASS": "crm.core.schema.EnvelopeSchema",
    "EXCEPTION_HANDLER": "nexa.errors.api_exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Calls from other sites' pages
LOCAL_ORIGINS = r"^https?://(localhost|127\.0\.0\.1)(:\d+)?$"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]
SENT_HEADERS = [
    *default_headers,
    *("if-match", "if-none-match", "idempotency-key", "x-request-id", "last-event-id"),
    *("x-app-id", "x-origin-url", "x-base44-anonymous-id", "x-environment"),
    *("base44-functions-version", "base44-state", "x-data-env", "on-behalf-of"),
]
SHOWN_HEADERS = [
    *("ETag", "X-Request-ID", "Retry-After", "Idempotent-Replayed"),
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
]


def document(version: str) -> Settings:
    """Describe the OpenAPI document and its page."""
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {
        "TITLE": "Nexa CRM API",
        "VERSION": version,
        "OAS_VERSION": "3.1.0",
        "SCHEMA_PATH_PREFIX": r"/api/v1",
        "COMPONENT_SPLIT_REQUEST": True,
        "SORT_OPERATIONS": False,
        "PREPROCESSING_HOOKS": ["crm.core.schema.leave_out_aliases"],
        "POSTPROCESSING_HOOKS": [],
        "APPEND_COMPONENTS": {"securitySchemes": {"bearer": bearer}},
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    }


def tokens(secret: str, access: timedelta, refresh: timedelta) -> Settings:
    """Describe the tokens that prove who is signed in, and how long they last."""
    return {
        "ALGORITHM": "HS256",
        "SIGNING_KEY": secret,
        "ISSUER": "nexa",
        "AUDIENCE": "nexa",
        "ACCESS_TOKEN_LIFETIME": access,
        "REFRESH_TOKEN_LIFETIME": refresh,
        "USER_ID_CLAIM": "sub",
        "LEEWAY": 5,
    }

"""How the staff site looks and how its menu is ordered."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

#: what pages are drawn with
PAGE_APPS = (
    "csp",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "lucide",
    "js_lib_bootstrap5",
)
#: group: (entity, title, icon of Material Symbols)
MENU: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Sales": (
        ("crm.lead", "Leads", "filter_alt"),
        ("crm.deal", "Deals", "handshake"),
        ("crm.pipeline", "Pipelines", "view_kanban"),
        ("crm.assignmentrule", "Assignment rules", "rule"),
        ("crm.account", "Accounts", "domain"),
        ("crm.contact", "Contacts", "contacts"),
    ),
    "Activities": (
        ("crm.task", "Tasks", "task_alt"),
        ("crm.meeting", "Meetings", "event"),
        ("crm.call", "Calls", "call"),
        ("crm.activity", "Timeline", "history"),
        ("crm.email", "E-mails", "mail"),
        ("crm.emailtemplate", "E-mail templates", "drafts"),
        ("crm.document", "Documents", "description"),
    ),
    "Support": (
        ("crm.ticket", "Tickets", "support_agent"),
        ("crm.slapolicy", "Promises", "timer"),
        ("crm.slacalendar", "Business hours", "calendar_month"),
    ),
    "Commerce": (
        ("crm.customer", "Customers", "groups"),
        ("crm.order", "Orders", "shopping_cart"),
        ("crm.invoice", "Invoices", "receipt_long"),
        ("crm.product", "Products", "inventory_2"),
        ("crm.supplier", "Suppliers", "local_shipping"),
    ),
    "Marketing": (
        ("crm.campaign", "Campaigns", "campaign"),
        ("crm.linkanalytics", "Links", "link"),
        ("crm.workflow", "Workflows", "account_tree"),
    ),
    "Apps": (
        ("crm.declaredentity", "Entities of apps", "schema"),
        ("crm.declaredrecord", "Records of apps", "dataset"),
    ),
    "People and access": (
        ("accounts.user", "Users", "person"),
        ("accounts.team", "Teams", "diversity_3"),
        ("auth.group", "Groups", "shield_person"),
        ("accounts.session", "Sessions", "devices"),
        ("accounts.invitation", "Invitations", "outgoing_mail"),
    ),
    "Behind the scenes": (
        ("crm.company", "Our company", "apartment"),
        ("crm.exchangerate", "Exchange rates", "currency_exchange"),
        ("crm.event", "Events", "manage_search"),
        ("crm.job", "Jobs", "schedule"),
        ("crm.loosefile", "Loose files", "draft"),
        ("crm.suppression", "Suppressed addresses", "unsubscribe"),
        ("crm.providernotice", "Mail provider's notices", "mark_email_read"),
        ("crm.erasedperson", "Erased persons", "person_off"),
    ),
}


def _may_view(label: str, request: HttpRequest) -> bool:
    app, entity = label.split(".")
    return request.user.has_perm(f"{app}.view_{entity}")


def _never(request: HttpRequest) -> bool:
    return False


def navigation() -> list[dict[str, Any]]:
    """Return the menu; an entry is there for whoever may view what it leads to."""
    home = {"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")}
    crm: dict[str, Any] = {
        "title": "Open the CRM",
        "icon": "arrow_back",
        "link": reverse_lazy("home"),
    }
    crm["active"] = _never  # every address begins with its own
    groups: list[dict[str, Any]] = [{"items": [home, crm]}]
    for title, entries in MENU.items():
        items = []
        for label, name, icon in entries:
            may_view: Callable = partial(_may_view, label)
            link = reverse_lazy(f"admin:{label.replace('.', '_')}_changelist")
            items.append({"title": name, "icon": icon, "link": link, "permission": may_view})
        groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    return groups


#: the accent and the neutrals of static/css/tokens.css, in the steps that the staff site counts by
ACCENT = {
    "50": "#f6f5fe",
    "100": "#eeedfd",
    "200": "#dddbfb",
    "300": "#c3bff8",
    "400": "#a09bff",
    "500": "#8f89ff",
    "600": "#4f46e5",
    "700": "#4338ca",
    "800": "#352ca3",
    "900": "#2a2850",
    "950": "#15132e",
}
NEUTRAL = {
    "50": "#f7f7f9",
    "100": "#f1f1f5",
    "200": "#e5e5ec",
    "300": "#d0d0da",
    "400": "#9a9aab",
    "500": "#656576",
    "600": "#4a4a5a",
    "700": "#41414f",
    "800": "#2c2c37",
    "900": "#1a1a21",
    "950": "#121217",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Nexa CRM",
    "SITE_HEADER": "Nexa CRM",
    "SITE_SUBHEADER": "Staff site",
    "SITE_ICON": lambda request: static("img/logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/logo.svg")}
    ],
    "STYLES": [lambda request: static("css/staff.css")],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": navigation()},
    "DASHBOARD_CALLBACK": "crm.admin.dashboard",
    "COLORS": {"primary": ACCENT, "base": NEUTRAL},
}


def templates(folder: Path) -> list[dict[str, Any]]:
    """Describe where pages come from, and what all of them know."""
    know = [
        "template.context_processors.request",
        "contrib.auth.context_processors.auth",
        "contrib.messages.context_processors.messages",
    ]
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [f"django.{name}" for name in know]},
        }
    ]

"""The index of guards: what is asked for unfinished work before something goes."""

from crm.activities import guards as activities
from crm.commerce import guards as commerce
from crm.core.guards import Unfinished
from crm.sales import guards as sales
from crm.support import guards as support

guards: dict[str, tuple[Unfinished, ...]] = {
    "account.remove": (sales.open_deals_with, commerce.unpaid_invoices_of, support.open_tickets_of),
    "user.leave": (
        sales.open_leads_of,
        sales.open_deals_of,
        activities.open_tasks_of,
        support.open_tickets_with,
    ),
}

"""Products, orders and the invoices that follow them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import merge
from itertools import product as combinations
from itertools import repeat
from uuid import UUID

from crm.commerce.bookkeeping import Payment
from crm.commerce.models import Invoice, Order, Priced, Product
from crm.core import money
from crm.people.models import Customer

from . import texts, words
from .ledger import BATCH, Change
from .scene import Known, Scene

TAX_RATES = (0, 0, 7.5, 19, 20, 21)
PAYMENT_DAYS = timedelta(days=30)
DELIVERY_DAYS = 12
TRADING_DAYS = 210
#: from fresh to settled; cancelled ones come in between
ORDER_STATUSES = {
    "pending": 7, "confirmed": 8, "processing": 9, "shipped": 11, "cancelled": 6, "delivered": 59,
}  # fmt: skip
Spent = dict[UUID | None, Decimal]  # by customer
INVOICE_SERIES = "invoice-{year}"
DONE = (Invoice.Status.PAID, Invoice.Status.CANCELLED)


def cents(amount: Decimal) -> Decimal:
    """Round half up to the cent."""
    return money.rounded(amount, "USD")


def fill_shelves(scene: Scene) -> None:
    """Store the products we sell."""
    count = scene.counts["product"]
    statuses = scene.deal(count, {"active": 84, "discontinued": 9, "out_of_stock": 7})
    models = combinations(words.EDITIONS, words.PRODUCTS)
    moments = scene.calendar.spread(count)
    for number, (at, status, (edition, base)) in enumerate(
        zip(moments, statuses, models, strict=False), start=1001
    ):
        category, name, unit, price, cost_share = base
        amount = cents(Decimal(str(price)) * (100 + 7 * words.EDITIONS.index(edition)) / 100)
        goods = category not in ("Software", "Services")
        stocked = goods and status == Product.Status.ACTIVE
        item = Product(
            name=f"{name}, {edition}" if edition else name,
            sku=f"{category[:2].upper()}-{number}",
            description=scene.text(texts.PRODUCT_LINES),
            category=category,
            price=amount,
            cost=cents(amount * Decimal(str(cost_share))),
            stock_quantity=scene.random.randint(8, 400) if stocked else 0,
            track_stock=goods,
            unit=unit,
            status=status,
            image_url=f"https://www.example.com/images/{category.lower()}.jpg",
            specifications={"warranty_months": scene.pick((12, 24, 36))} if goods else {},
            tags=[category.lower()],
        )
        scene.stamp(item, scene.calendar.start, scene.staff.admin)
        scene.ledger.add(item, touched=at)
        if status != Product.Status.DISCONTINUED:
            scene.keep(item, "product", item.name, None, details={"price": amount, "unit": unit})


def price(scene: Scene, document: Priced, *, shipping: Decimal = Decimal(0)) -> None:
    """Put lines on an order or invoice and add them up (behaviours.md, "Totals")."""
    rate = scene.pick(TAX_RATES)
    document.items = [_line(scene, rate) for _ in range(scene.pick((1, 1, 2, 2, 3, 4, 6)))]
    subtotal = sum((Decimal(str(line["total"])) for line in document.items), Decimal(0))
    discount = cents(subtotal / 20) if not shipping and scene.chance(0.2) else Decimal(0)
    found = money.totals(document.items, currency="USD", discount=discount, shipping=shipping)
    document.subtotal, document.discount = found.subtotal, found.discount
    document.tax, document.shipping_cost, document.total = found.tax, shipping, found.total
    document.payment_method = scene.pick(words.PAYMENT_METHODS)


def _line(scene: Scene, rate: float) -> dict[str, object]:
    item = scene.pick(scene.known("product"))
    unit_price = item.details["price"]
    quantity = Decimal(str(scene.pick((1, 1, 2, 2, 3, 5, 8, 10, 12, 25))))
    if item.details["unit"] == "hour":
        quantity += Decimal("0.5")
    discount = cents(quantity * unit_price / 10) if scene.chance(0.15) else Decimal(0)
    return {
        "product_id": str(item.id),
        "name": item.name,
        "quantity": float(quantity),
        "unit_price": float(unit_price),
        "discount": float(discount),
        "tax_rate": rate,
        "total": float(cents(quantity * unit_price - discount)),
    }


def trade(scene: Scene) -> None:
    """Store orders and invoices in the order of their numbers, then what each customer spent."""
    count = scene.counts["order"]
    statuses = scene.deal_by_age(count, ORDER_STATUSES)
    billed = sum(status != Order.Status.PENDING for status in statuses)
    services = max(scene.counts["invoice"] - billed, 0)
    agenda = merge(
        zip(_moments(scene, count), repeat("order"), range(count)),
        zip(_moments(scene, services), repeat("service"), range(services)),
    )
    undone = iter(scene.deal(statuses.count("cancelled"), {"refunded": 60, "failed": 40}))
    won = _won_deals(scene)
    spent: Spent = defaultdict(Decimal)
    for at, subject, place in agenda:
        if subject == "service":
            _bill_service(scene, at, place, services, spent)
            continue
        status = Order.Status(statuses[place])
        payment = next(undone) if status == Order.Status.CANCELLED else ""
        order = _take_order(scene, at, status, payment, won)
        if order.status != Order.Status.PENDING:
            _bill_order(scene, order, spent)
    scene.ledger.flush()
    customers = [Customer(id=key, total_spent=amount) for key, amount in spent.items()]
    Customer.all_objects.bulk_update(customers, ["total_spent"], batch_size=BATCH // 2)


def _moments(scene: Scene, count: int) -> Iterator[datetime]:
    return scene.calendar.spread(count, since_days=TRADING_DAYS)


def _won_deals(scene: Scene) -> dict[UUID, list[Known]]:
    """Return the won deals of each account, from which orders follow."""
    won = defaultdict(list)
    for deal in scene.known("deal"):
        if deal.details["stage"] == "Closed Won":
            won[deal.account.id].append(deal)
    return won


def _take_order(
    scene: Scene,
    moment: datetime,
    status: Order.Status,
    payment: str,
    won: dict[UUID, list[Known]],
) -> Order:
    customer, at = scene.some_at("customer", moment)
    deals = won.get(customer.account.id, []) if customer.account else []
    deal = deals.pop() if deals and deals[-1].details["closed_at"] <= at else None
    address = customer.details["place"].label
    sent = status in (Order.Status.SHIPPED, Order.Status.DELIVERED)
    shipping = Decimal(scene.pick((0, 0, 12, 18, 35, 60)))
    order = Order(
        order_number=scene.ledger.number("order", "ORD"),
        customer_id=customer.id,
        status=status,
        order_date=at,
        shipping_cost=shipping,
        shipping_address=address,
        billing_address=address,
        payment_status=payment or _payment(scene, status, at),
        tracking_number=f"TRK{scene.random.randrange(10**9):09}" if sent else "",
        notes=scene.text(texts.DELIVERY_NOTES) if scene.chance(0.25) else "",
        assigned_to=deal.owner if deal else customer.owner,
        deal_id=deal.id if deal else None,
    )
    price(scene, order, shipping=shipping)
    scene.stamp(order, at, scene.staff.author(order.assigned_to))
    scene.ledger.add(order, touched=scene.calendar.after(at, days=DELIVERY_DAYS))
    scene.keep_sample(order, "order", order.order_number, order.assigned_to)
    return order


def _payment(scene: Scene, status: Order.Status, at: datetime) -> str:
    if status == Order.Status.PENDING or scene.calendar.age(at) < timedelta(days=6):
        return "pending"
    return "paid" if scene.chance(0.85) else "pending"


def _bill_order(scene: Scene, order: Order, spent: Spent) -> None:
    """Copy an order onto an invoice."""
    if order.status == Order.Status.CANCELLED:
        status = Invoice.Status.CANCELLED
    elif order.payment_status == Order.PaymentStatus.PAID:
        status = Invoice.Status.PAID
    else:
        late = scene.calendar.age(order.order_date) > PAYMENT_DAYS
        status = Invoice.Status.OVERDUE if late else Invoice.Status.SENT
    invoice = Invoice(
        customer_id=order.customer_id,
        order_id=order.id,
        items=list(order.items),
        subtotal=order.subtotal,
        shipping_cost=order.shipping_cost,
        tax=order.tax,
        discount=order.discount,
        total=order.total,
        payment_method=order.payment_method,
        assigned_to=order.assigned_to,
        created_by=order.created_by,
    )
    _issue(scene, invoice, status, order.order_date, spent)


def _bill_service(scene: Scene, moment: datetime, place: int, count: int, spent: Spent) -> None:
    """Store an invoice without an order, such as a month of software."""
    customer, at = scene.some_at("customer", moment)
    age = scene.calendar.age(at)
    if place >= count - max(count // 12, 3):
        status = Invoice.Status.DRAFT
    elif place % 9 == 4:
        status = Invoice.Status.CANCELLED
    elif age > PAYMENT_DAYS:
        status = Invoice.Status.PAID if place % 7 else Invoice.Status.OVERDUE
    else:
        status = Invoice.Status.SENT if place % 3 else Invoice.Status.PAID
    author = scene.staff.author(customer.owner)
    invoice = Invoice(customer_id=customer.id, assigned_to=customer.owner, created_by=author)
    price(scene, invoice)
    dropped = status == Invoice.Status.DRAFT and place % 3 == 1
    removed = scene.removal(at, author) if dropped else None
    _issue(scene, invoice, status, at, spent, removed)


def _issue(
    scene: Scene,
    invoice: Invoice,
    status: Invoice.Status,
    at: datetime,
    spent: Spent,
    removed: Change | None = None,
) -> None:
    """Issue an invoice, unless it is to stay a draft, and book what was paid on it."""
    invoice.status, invoice.issue_date, invoice.due_date = status, at, at + PAYMENT_DAYS
    invoice.terms = "Payable within 30 days without deduction."
    invoice.notes = scene.text(texts.INVOICE_NOTES) if scene.chance(0.3) else ""
    if status != Invoice.Status.DRAFT:
        series = INVOICE_SERIES.format(year=at.year)
        invoice.invoice_number = scene.ledger.number(series, f"INV-{at.year}")
        invoice.exchange_rate, invoice.base_total = Decimal(1), invoice.total
    if status == Invoice.Status.CANCELLED:
        invoice.void_reason = scene.pick(("The order was cancelled.", "Sent to the wrong party."))
    if status == Invoice.Status.PAID:
        invoice.amount_paid = invoice.total
        spent[invoice.customer_id] += invoice.total
    elif status not in (*DONE, Invoice.Status.DRAFT) and scene.chance(0.15):
        invoice.amount_paid = cents(invoice.total / 3)  # paid in part
    scene.stamp(invoice, at, invoice.created_by)
    scene.ledger.add(invoice, touched=scene.calendar.after(at, days=30), removed=removed)
    if invoice.amount_paid:
        payment = Payment(
            invoice=invoice,
            amount=invoice.amount_paid,
            paid_at=invoice.updated_at,
            method=invoice.payment_method,
            created_at=invoice.updated_at,
            created_by=invoice.created_by,
        )
        scene.ledger.add_part(payment)
    if removed is None:
        scene.keep_sample(invoice, "invoice", str(invoice), invoice.assigned_to)

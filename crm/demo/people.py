"""Accounts with their contacts, customers and suppliers."""

from collections.abc import Iterator
from datetime import datetime
from itertools import cycle

from crm.people.models import Account, Contact, Customer, Supplier

from . import texts, words
from .names import Firm, Person, Place, address_part, email_of
from .scene import Known, Scene

ACCOUNT_TYPES = {"customer": 60, "prospect": 28, "partner": 7, "vendor": 5}
CONTACT_STATUSES = {"active": 45, "customer": 35, "lead": 12, "inactive": 8}
CONTACT_SOURCES = {
    "website": 30, "referral": 20, "event": 15, "email_campaign": 15, "social_media": 12,
    "other": 8,
}  # fmt: skip
CUSTOMER_STATUSES = {"active": 88, "inactive": 8, "suspended": 4}


def open_accounts(scene: Scene, firms: Iterator[int]) -> None:
    """Store the companies, and at each of them the people we talk to."""
    count = scene.counts["account"]
    types = scene.deal(count, ACCOUNT_TYPES)
    staffing = _share_out(scene, scene.counts["contact"], count)
    traits = _contact_traits(scene)
    for at, kind, contacts in zip(scene.calendar.spread(count), types, staffing, strict=True):
        firm = scene.names.firm(next(firms))
        place = scene.names.place(firm.country)
        known = _open_account(scene, firm, place, kind, at)
        for _ in range(contacts):
            _meet(scene, known, *next(traits))
    scene.arrange(["account", "contact"])


def _open_account(scene: Scene, firm: Firm, place: Place, kind: str, at: datetime) -> Known:
    owner = None if scene.chance(0.03) else scene.staff.seller()
    employees = int(scene.random.lognormvariate(4.2, 1.1)) + 3
    store = scene.names.place(firm.country) if scene.chance(0.3) else place
    account = Account(
        account_name=firm.name,
        account_number=scene.ledger.number("account", "ACC"),
        website=f"https://www.{firm.domain}",
        industry=firm.industry,
        annual_revenue=employees * scene.random.randrange(80_000, 240_000, 5_000),
        employees=employees,
        type=kind,
        phone=scene.names.phone(firm.country, place.city),
        billing_address=place.street,
        billing_city=place.city,
        billing_state=place.state,
        billing_country=place.country,
        billing_postal_code=place.postal_code,
        shipping_address=store.street,
        shipping_city=store.city,
        shipping_state=store.state,
        shipping_country=store.country,
        shipping_postal_code=store.postal_code,
        description=scene.text(texts.FIRMS, texts.INTERESTS, firm=firm.short_name),
        assigned_to=owner,
    )
    scene.stamp(account, at, scene.staff.author(owner))
    earlier = scene.known("account")
    if earlier and scene.chance(0.05):
        account.parent_account_id = scene.pick(earlier).id
    scene.ledger.add(account, touched=scene.calendar.after(at, days=90))
    details = {"type": kind, "place": place, "firm": firm}
    return scene.keep(
        account, "account", firm.short_name, owner, phone=account.phone, details=details
    )


def _share_out(scene: Scene, whole: int, parts: int) -> list[int]:
    """Split a number into parts of one and more, some larger than others."""
    shares = [1] * parts
    for _ in range(whole - parts):
        shares[scene.random.randrange(parts)] += 1
    return shares


def _contact_traits(scene: Scene) -> Iterator[tuple[str, str]]:
    count = scene.counts["contact"]
    statuses, sources = scene.deal(count, CONTACT_STATUSES), scene.deal(count, CONTACT_SOURCES)
    return iter(list(zip(statuses, sources, strict=True)))


def _meet(scene: Scene, account: Known, status: str, source: str) -> None:
    firm, place = account.details["firm"], account.details["place"]
    person = scene.names.person(firm.country)
    title, department = scene.pick(words.JOBS)
    email = _free_address(account, person, firm.domain)
    at = scene.calendar.after(account.created_at, days=20)
    handle = address_part(person.full_name)
    contact = Contact(
        first_name=person.first_name,
        last_name=person.last_name,
        email=email,
        phone=account.phone,
        mobile=scene.names.phone(firm.country, place.city) if scene.chance(0.7) else "",
        title=title,
        department=department,
        account_id=account.id,
        source=source,
        status=status,
        linkedin_url=f"https://social.example.com/in/{handle}" if scene.chance(0.5) else "",
        twitter_handle=f"@{handle.replace('-', '_')}"[:16] if scene.chance(0.2) else "",
        address=place.street,
        city=place.city,
        state=place.state,
        country=place.country,
        postal_code=place.postal_code,
        notes=scene.text(texts.PERSONS) if scene.chance(0.4) else "",
        assigned_to=account.owner,
        last_contact_date=scene.calendar.after(at, days=120) if scene.chance(0.75) else None,
        email_opt_out=scene.chance(0.08),
    )
    scene.stamp(contact, at, scene.staff.author(account.owner))
    if status == "inactive" and account.contacts and scene.chance(0.3):
        # left the company: in the recycle bin, and nothing later refers to them
        scene.ledger.add(contact, removed=scene.removal(at, account.owner))
        return
    scene.ledger.add(contact, touched=contact.last_contact_date)
    account.contacts.append(
        scene.keep(
            contact,
            "contact",
            person.full_name,
            account.owner,
            email=email,
            phone=contact.phone,
            account=account,
            details={"person": person, "title": title},
        )
    )


def _free_address(account: Known, person: Person, domain: str) -> str:
    taken = account.details.setdefault("addresses", set())
    email, namesakes = email_of(person, domain), 1
    while email in taken:
        namesakes += 1
        email = email_of(person, domain).replace("@", f"{namesakes}@")
    taken.add(email)
    return email


def win_customers(scene: Scene) -> None:
    """Store a customer for every account that is one, and some private persons."""
    accounts = [known for known in scene.known("account") if known.details["type"] == "customer"]
    persons = max(scene.counts["customer"] - len(accounts), 0)
    statuses = cycle(scene.deal(len(accounts) + persons, CUSTOMER_STATUSES))
    for account in accounts:
        _sell_to_firm(scene, account, next(statuses))
    for number, at in enumerate(scene.calendar.spread(persons, since_days=200), start=1):
        _sell_to_person(scene, number, at, next(statuses))
    scene.arrange(["customer"])


def _sell_to_firm(scene: Scene, account: Known, status: str) -> None:
    firm, place = account.details["firm"], account.details["place"]
    contact = account.contacts[0]
    at = max(scene.calendar.after(account.created_at, days=10), contact.created_at)
    customer = Customer(
        name=account.name,
        email=f"billing@{firm.domain}",
        phone=account.phone,
        company=account.name,
        customer_type=Customer.Type.BUSINESS,
        status=status,
        billing_address=place.label,
        shipping_address=place.label,
        tax_id=_tax_id(scene),
        credit_limit=scene.random.randrange(5_000, 80_000, 2_500),
        notes=scene.text(texts.BUYERS) if scene.chance(0.4) else "",
        tags=scene.random.sample(words.CUSTOMER_TAGS, scene.random.randrange(3)),
        assigned_to=account.owner,
        account_id=account.id,
        contact_id=contact.id,
    )
    _keep_customer(scene, customer, at, account, place)


def _tax_id(scene: Scene) -> str:
    return f"XX{scene.random.randrange(10**9):09}"  # no country gives out such numbers


def _sell_to_person(scene: Scene, number: int, at: datetime, status: str) -> None:
    country = scene.names.country()
    person, place = scene.names.person(country), scene.names.place(country)
    customer = Customer(
        name=person.full_name,
        email=email_of(person, "example.com").replace("@", f".{number}@"),
        phone=scene.names.phone(country, place.city),
        customer_type=Customer.Type.INDIVIDUAL,
        status=status,
        billing_address=place.label,
        shipping_address=place.label,
        credit_limit=scene.pick((0, 0, 500, 1_000)),
        tags=["web shop"],
        assigned_to=None if scene.chance(0.1) else scene.staff.seller(),
    )
    _keep_customer(scene, customer, at, None, place)


def _keep_customer(
    scene: Scene,
    customer: Customer,
    at: datetime,
    account: Known | None,
    place: Place,
) -> None:
    owner = customer.assigned_to
    scene.stamp(customer, at, scene.staff.author(owner))
    scene.ledger.add(customer)
    scene.keep(
        customer,
        "customer",
        customer.name,
        owner,
        email=customer.email,
        phone=customer.phone,
        account=account,
        contact=account.contacts[0] if account else None,
        details={"place": place},
    )


def find_suppliers(scene: Scene, firms: Iterator[int]) -> None:
    """Store the companies that we buy from."""
    count = scene.counts["supplier"]
    statuses = scene.deal(count, {"active": 85, "inactive": 15})
    categories = sorted({product[0] for product in words.PRODUCTS})
    for at, status in zip(scene.calendar.spread(count), statuses, strict=True):
        firm = scene.names.firm(next(firms), lines=words.SUPPLIER_LINES)
        person, place = scene.names.person(firm.country), scene.names.place(firm.country)
        supplier = Supplier(
            name=firm.name,
            contact_person=person.full_name,
            email=f"orders@{firm.domain}",
            phone=scene.names.phone(firm.country, place.city),
            address=place.street,
            city=place.city,
            state=place.state,
            country=place.country,
            postal_code=place.postal_code,
            tax_id=_tax_id(scene),
            payment_terms=scene.pick(words.PAYMENT_TERMS),
            status=status,
            rating=scene.random.randint(2, 5),
            notes=scene.text(texts.SUPPLIERS),
            products_supplied=scene.random.sample(categories, scene.random.randint(1, 3)),
        )
        scene.stamp(supplier, at, scene.staff.admin)
        scene.ledger.add(supplier, touched=scene.calendar.after(at, days=100))

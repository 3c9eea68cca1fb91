"""The people who work in the demo company."""

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.hashers import make_password

from accounts.models import Team, User

if TYPE_CHECKING:
    from .scene import Scene

PASSWORD = "nexa-demo-2026"  # noqa: S105  (printed for everybody to see; refused in production)
DOMAIN = "nexa.example"
ADMIN = f"admin@{DOMAIN}"
#: the accounts that people are told to sign in with
SIGN_INS = (ADMIN, f"manager@{DOMAIN}", f"rep@{DOMAIN}", f"support@{DOMAIN}")
TEAMS = ("Team North", "Team South")
LAST_SEEN = timedelta(days=2)


class Colleague(NamedTuple):
    """One line of the staff list."""

    address: str
    full_name: str
    role: User.Role
    department: str
    team: str = ""
    status: User.Status = User.Status.ACTIVE
    timezone: str = "UTC"


COLLEAGUES = (
    Colleague("admin", "Ada Marlow", User.Role.ADMIN, "Management"),
    Colleague("manager", "Marc Ellery", User.Role.MANAGER, "Sales", "Team North"),
    Colleague("rep", "Rita Solberg", User.Role.SALES_REP, "Sales", "Team North"),
    Colleague("support", "Sam Okoro", User.Role.SUPPORT, "Support", "Team North"),
    Colleague(
        "ines.carvalho", "Inês Carvalho", User.Role.MANAGER, "Sales", "Team South",
        timezone="Europe/Lisbon",
    ),
    Colleague(
        "jonas.brandt", "Jonas Brandt", User.Role.SALES_REP, "Sales", "Team South",
        timezone="Europe/Berlin",
    ),
    Colleague(
        "lotte.devries", "Lotte de Vries", User.Role.SUPPORT, "Support", "Team South",
        User.Status.SUSPENDED, "Europe/Amsterdam",
    ),
    Colleague(
        "paul.hartnell", "Paul Hartnell", User.Role.SALES_REP, "Sales", "Team North",
        User.Status.INACTIVE,
    ),
)  # fmt: skip


class Staff:
    """Who does what. Paul left and Lotte is suspended: nothing is theirs any more."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.users = {colleague.address: _user(colleague) for colleague in COLLEAGUES}
        self.admin = self.users["admin"]
        self.managers = [self.users["manager"], self.users["ines.carvalho"]]
        self.sellers = [self.users["rep"], self.users["jonas.brandt"]]
        self.supporters = [self.users["support"]]

    def seller(self) -> User:
        """Return somebody who sells; managers do so at times."""
        people = [*self.sellers, *self.managers]
        return self.random.choices(people, (45, 35, 8, 12))[0]

    def supporter(self) -> User:
        """Return somebody who answers tickets; the South is looked after by its manager."""
        return self.random.choices([*self.supporters, self.managers[1]], (80, 20))[0]

    def manager(self) -> User:
        """Return one of the two managers."""
        return self.random.choice(self.managers)

    def author(self, owner: User | None) -> User:
        """Return who typed a record in: mostly its owner, at times somebody else."""
        others = [self.admin, *self.managers]
        if owner is None or self.random.random() < 0.12:
            return self.random.choice(others)
        return owner


def _user(colleague: Colleague) -> User:
    return User(
        email=f"{colleague.address}@{DOMAIN}",
        full_name=colleague.full_name,
        role=colleague.role,
        department=colleague.department,
        status=colleague.status,
        timezone=colleague.timezone,
        locale="en",
        email_verified=True,
    )


def hire(scene: "Scene") -> None:
    """Store the two teams and the eight people in them."""
    staff, ledger = scene.staff, scene.ledger
    password = make_password(PASSWORD)  # slow by design, so once for all of them
    calendar = scene.calendar
    opening = calendar.in_office(calendar.start)
    for user in staff.users.values():
        scene.stamp(user, opening, None if user is staff.admin else staff.admin)
        user.password = password
        if user.status == User.Status.ACTIVE:
            user.last_login = calendar.between(scene.now - LAST_SEEN, scene.now)
    teams = {
        name: scene.stamp(Team(name=name, manager=manager), opening, staff.admin)
        for name, manager in zip(TEAMS, staff.managers, strict=True)
    }
    for place, colleague in enumerate(COLLEAGUES):
        user = staff.users[colleague.address]
        user.team = teams.get(colleague.team)
        user.phone = f"+1 503 555 01{place + 10}"
    for record in (*teams.values(), *staff.users.values()):
        ledger.add(record)

"""The role matrix: who may do what to which rows, as one literal table.

Groups, permissions, row scopes and the tests are made from it. A cell reads
``view / change / delete`` and ends in ``+`` where records may be added; ``-`` is never.
Scopes: ``all``; ``team`` the user's people and what belongs to nobody; ``own`` owned or
created; ``free`` nobody's; ``self`` the user's own row; ``linked`` on records they see;
``public``; ``declared`` as the rules of a declared entity say. After ``&`` stands what
narrows a scope further, such as ``own&draft``.
"""

from dataclasses import dataclass

ROLES = ("admin", "manager", "sales_rep", "support")

FULL = "all / all / all +"
TEAM = "team / team / team +"
SEEN_BY_ALL = "all / team / team +"
LOOK = "all / - / -"
NEVER = "- / - / -"
OWN = "own / own / own +"
OWN_KEPT = "own / own / - +"
OWN_IN_ALL = "all / own / - +"
NOTES = "own|linked / own&note / own&note +"
FILES = "own|public|linked / own / own +"
DRAFTS = "own&draft"
DECLARED = "declared / declared / declared +"

#: entity: (admin, manager, sales_rep, support)
MATRIX: dict[str, tuple[str, str, str, str]] = {
    "user": (FULL, LOOK, "self / self / -", "self / self / -"),
    "team": (FULL, LOOK, LOOK, LOOK),
    "lead": (FULL, TEAM, "own|free / own / - +", NEVER),
    "assignmentrule": (FULL, LOOK, NEVER, NEVER),
    "contact": (FULL, SEEN_BY_ALL, OWN_IN_ALL, LOOK),
    "account": (FULL, SEEN_BY_ALL, OWN_IN_ALL, LOOK),
    "deal": (FULL, TEAM, OWN_KEPT, NEVER),
    "pipeline": (FULL, LOOK, LOOK, NEVER),
    "task": (FULL, TEAM, OWN, OWN),
    "meeting": (FULL, TEAM, OWN, OWN),
    "call": (FULL, TEAM, OWN_KEPT, OWN_KEPT),
    "activity": (FULL, "team|linked / own / own +", NOTES, NOTES),
    "customer": (FULL, SEEN_BY_ALL, OWN_IN_ALL, LOOK),
    "product": (FULL, FULL, LOOK, LOOK),
    "order": (FULL, TEAM, OWN_KEPT, LOOK),
    "campaign": (FULL, SEEN_BY_ALL, LOOK, NEVER),
    "supplier": (FULL, FULL, LOOK, NEVER),
    "invoice": (
        "all / all / all&draft +",
        "team / team / team&draft +",
        "own / own&draft / - +",
        LOOK,
    ),
    "ticket": (FULL, FULL, OWN_IN_ALL, "all / all / - +"),
    "linkanalytics": (FULL, TEAM, OWN_KEPT, NEVER),
    "email": (
        FULL,
        "team / own / own +",
        f"own / {DRAFTS} / {DRAFTS} +",
        f"own / {DRAFTS} / {DRAFTS} +",
    ),
    "emailtemplate": (FULL, FULL, LOOK, LOOK),
    "document": (FULL, "team|public|linked / team / team +", FILES, FILES),
    "workflow": (FULL, "all / own / own +", NEVER, NEVER),
    "declaredentity": (FULL, NEVER, NEVER, NEVER),
    "declaredrecord": (FULL, DECLARED, DECLARED, DECLARED),
}

#: Who may give a record to somebody else: ``all``, ``team`` (within the people managed),
#: ``teammates``, or ``take`` what belongs to nobody.
ASSIGNING = {
    "admin": {"*": "all"},
    "manager": {"*": "team"},
    "sales_rep": {"lead": "take", "task": "teammates"},
    "support": {"ticket": "all", "task": "teammates"},
}

#: Permissions beyond the four verbs.
FURTHER_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "admin": (
        "crm.view_product_cost",
        "accounts.invite_user",
        "crm.manage_privacy",
        # the staff site
        "crm.view_event",
        "crm.change_event",
        "crm.view_job",
        "crm.change_job",
        "crm.view_loosefile",
        "crm.view_documentversion",
        "crm.view_calendarfeed",
        "crm.delete_calendarfeed",
        "crm.view_campaignrecipient",
        "crm.view_click",
        "crm.view_company",
        "crm.change_company",
        *(f"crm.{verb}_exchangerate" for verb in ("view", "add", "change", "delete")),
        *(f"crm.{verb}_slacalendar" for verb in ("view", "add", "change", "delete")),
        *(f"crm.{verb}_slapolicy" for verb in ("view", "add", "change", "delete")),
        "crm.view_stagechange",
        "accounts.view_session",
        "accounts.change_session",
        "accounts.view_invitation",
        *(f"auth.{verb}_group" for verb in ("view", "add", "change", "delete")),
        *(f"accounts.{verb}_rowscope" for verb in ("view", "add", "change", "delete")),
        *(f"crm.{verb}_suppression" for verb in ("view", "add", "change", "delete")),
        "crm.view_providernotice",
        "crm.view_erasedperson",
        "crm.delete_erasedperson",
        "axes.view_accessattempt",
        "axes.delete_accessattempt",
    ),
    "manager": ("crm.view_product_cost", "accounts.invite_user"),
    "sales_rep": (),
    "support": (),
}


@dataclass(frozen=True)
class Cell:
    """What one role may do with one entity."""

    view: str
    change: str
    delete: str
    add: bool

    def scope(self, verb: str) -> str:
        """Return the row scope of ``view``, ``change`` or ``delete``; empty is never."""
        return getattr(self, verb)

    def verbs(self) -> list[str]:
        """Return the verbs for which the role holds the model permission."""
        verbs = [verb for verb in ("view", "change", "delete") if self.scope(verb)]
        return [*verbs, "add"] if self.add else verbs


def _read(text: str) -> Cell:
    scopes, add = text.removesuffix("+"), text.endswith("+")
    view, change, delete = (
        "" if part.strip() == "-" else part.strip() for part in scopes.split("/")
    )
    return Cell(view, change, delete, add)


CELLS: dict[tuple[str, str], Cell] = {
    (role, entity): _read(row[column])
    for entity, row in MATRIX.items()
    for column, role in enumerate(ROLES)
}
NOTHING = _read(NEVER)


def cell(role: str, entity: str) -> Cell:
    """Return what ``role`` may do with ``entity``; an entity outside the table is closed."""
    return CELLS.get((role, entity), NOTHING)


def assigning(role: str, entity: str) -> str:
    """Return how far ``role`` may hand records of ``entity`` to others; empty is not at all."""
    table = ASSIGNING.get(role, {})
    return table.get(entity, table.get("*", ""))


def permissions(role: str) -> set[str]:
    """Return the permissions of a role as ``app.codename``."""
    held = set(FURTHER_PERMISSIONS[role])
    for entity in MATRIX:
        app = "accounts" if entity in ("user", "team") else "crm"
        held |= {f"{app}.{verb}_{entity}" for verb in cell(role, entity).verbs()}
    return held

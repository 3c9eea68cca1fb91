"""The role matrix as the product describes it, written down a second time.

The code has its own table (``accounts.roles``). This one is for the tests: what each cell
means is worked out here from the situation a row is in, not from the code's scopes.
"""

from dataclasses import dataclass

ROLES = ("admin", "manager", "sales_rep", "support")
CAST = {"admin": "max", "manager": "mia", "sales_rep": "ann", "support": "sam"}

#: view / change / delete, + may add; drafts and notes narrow, linked and public widen
TABLE = """
user          all/all/all +        all/-/-              self/self/-             self/self/-
team          all/all/all +        all/-/-              all/-/-                 all/-/-
lead          all/all/all +        team/team/team +     own+free/own/- +        -
assignmentrule  all/all/all +      all/-/-              -                       -
contact       all/all/all +        all/team/team +      all/own/- +             all/-/-
account       all/all/all +        all/team/team +      all/own/- +             all/-/-
deal          all/all/all +        team/team/team +     own/own/- +             -
pipeline      all/all/all +        all/-/-              all/-/-                 -
task          all/all/all +        team/team/team +     own/own/own +           own/own/own +
meeting       all/all/all +        team/team/team +     own/own/own +           own/own/own +
call          all/all/all +        team/team/team +     own/own/- +             own/own/- +
activity      all/all/all +        team+linked/own/own +  own+linked/own&note/own&note +  own+linked/own&note/own&note +
customer      all/all/all +        all/team/team +      all/own/- +             all/-/-
product       all/all/all +        all/all/all +        all/-/-                 all/-/-
order         all/all/all +        team/team/team +     own/own/- +             all/-/-
campaign      all/all/all +        all/team/team +      all/-/-                 -
supplier      all/all/all +        all/all/all +        all/-/-                 -
invoice       all/all/all&draft +  team/team/team&draft +  own/own&draft/- +    all/-/-
ticket        all/all/all +        all/all/all +        all/own/- +             all/all/- +
linkanalytics all/all/all +        team/team/team +     own/own/- +             -
email         all/all/all +        team/own/own +       own/own&draft/own&draft +  own/own&draft/own&draft +
emailtemplate all/all/all +        all/all/all +        all/-/-                 all/-/-
document      all/all/all +        team+public+linked/team/team +  own+public+linked/own/own +  own+public+linked/own/own +
workflow      all/all/all +        all/own/own +        -                       -
"""
OWNERLESS = {"user", "team", "product", "supplier", "emailtemplate", "pipeline", "assignmentrule"}
NARROWED = {
    "invoice": ("draft", {"status": "draft"}, {"status": "sent"}),
    "email": ("draft", {"status": "draft"}, {"status": "sent"}),
    "activity": ("note", {"activity_type": "note"}, {"activity_type": "call"}),
}


@dataclass(frozen=True)
class Row:
    """The situation of a stored row, as seen by the caller."""

    owner: str = "stranger"  # self, teammate, stranger, nobody
    created: bool = False  # by the caller
    narrow: bool = True  # a draft, a note
    public: bool = False
    linked: bool = False  # hangs on a record the caller sees
    is_self: bool = False  # the caller's own user row


def cell(entity: str, role: str) -> tuple[str, str, str, bool]:
    """Return view, change, delete and whether the role may add."""
    for line in TABLE.strip().splitlines():
        name, rest = line.split(maxsplit=1)
        if name != entity:
            continue
        cells = [part.strip() for part in rest.split("  ") if part.strip()]
        text = cells[ROLES.index(role)]
        if text == "-":
            return "", "", "", False
        view, change, delete = (
            "" if part.strip() == "-" else part.strip() for part in text.rstrip("+ ").split("/")
        )
        return view, change, delete, text.endswith("+")
    raise LookupError(entity)


def reaches(entity: str, scope: str, row: Row) -> bool:
    """Whether a scope of the table reaches a row in this situation."""
    if not scope:
        return False
    wide, _, narrow = scope.partition("&")
    if narrow and not row.narrow:
        return False
    return any(_term(entity, term, row) for term in wide.split("+"))


def _term(entity: str, term: str, row: Row) -> bool:
    match term:
        case "all":
            return True
        case "self":
            return row.is_self
        case "own":
            return row.owner == "self" or row.created
        case "team":
            return row.owner in ("self", "teammate", "nobody") or entity in OWNERLESS
        case "free":
            return row.owner == "nobody"
        case "public":
            return row.public
        case "linked":
            return row.linked
    raise LookupError(term)

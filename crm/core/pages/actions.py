"""What a page offers to do."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Action:
    """A button: what it says, where it leads, and how.

    ``method`` is ``get`` for a page that asks further, ``post`` for what is done at once;
    ``confirm`` is the question that comes before. ``hidden`` are fields sent along.
    """

    label: str
    url: str
    icon: str = ""
    method: str = "get"
    style: str = "light"
    confirm: str = ""
    hidden: dict[str, str] = field(default_factory=dict)

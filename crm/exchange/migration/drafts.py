"""A row of theirs in our words, before its links are followed."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

#: an id of theirs
LEGACY_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)
LONGEST_ID = 64
#: where the address of a file of theirs stays
FILE_ADDRESS = "file_url"


@dataclass
class Draft:
    """A row in our words. Links are still as the row has them: ids or addresses of theirs."""

    line: int
    legacy_id: str
    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    #: column of ours -> what it links to, in their words
    links: dict[str, str] = field(default_factory=dict)
    #: column of ours -> the address of the record it links to, where nothing better is known
    addresses: dict[str, str] = field(default_factory=dict)
    about: tuple[str, str] | None = None
    author: tuple[str, str] = ("", "")
    unknown: list[str] = field(default_factory=list)
    #: amounts as the row has them, not yet rounded
    amounts: dict[str, Decimal] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def forget(self, name: str) -> None:
        """Take a value back that was kept as an unknown one: it found its place."""
        self.custom.pop(name, None)
        self.unknown = [other for other in self.unknown if other != name]

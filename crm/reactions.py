"""The index of reactions: what happened, and what it wakes. Reads like urls.py."""

from crm.core.outbox import Reaction

reactions: dict[str, tuple[Reaction, ...]] = {}

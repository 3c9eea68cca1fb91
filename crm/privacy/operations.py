"""What a person can ask of us about their data (behaviours.md, "Contact, Account")."""

from .archive import export_person
from .erasing import Erasure, erase_person

__all__ = ["Erasure", "erase_person", "export_person"]

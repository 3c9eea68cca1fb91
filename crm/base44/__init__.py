"""The second wire format: apps built on Base44 talk to the same records here."""

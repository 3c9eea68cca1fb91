"""Moving a Base44 app's data here, with its ids, dates, authors and states (base44.md §12)."""

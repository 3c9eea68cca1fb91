"""Questions about records as trees of tests: parsed by a door, answered by the database.

:mod:`tree` says what can be asked, :mod:`documents` answers for a value in memory,
:mod:`columns` and :mod:`jsonvalues` in SQL, and :mod:`compiler` puts the parts together.
"""

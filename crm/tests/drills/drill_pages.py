"""Every page that links lead to, for every role, in every look: no fault and no barrier.

Not part of the suite, which opens one page of each kind. Run it with its figures printed::

    python -m pytest -s crm/tests/drills/drill_pages.py
"""

import pytest

from crm.pages import urlpatterns
from crm.tests.browsing import ROLES
from crm.tests.crawling import barriers_on, exact_kind, walk

# The fixtures of the tests in a browser serve here too.
from crm.tests.journeys.conftest import (  # noqa: F401
    browser,
    chromium_path,
    site,
    visit,
)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_sound_and_without_barriers(role, visit):  # noqa: F811
    with visit(role) as person:
        seen, barriers = set(), []
        for path in walk(person, exact_kind):
            seen.add(exact_kind(path))
            barriers += barriers_on(person.page)
            if person.faults:
                print(person.faults[-1])
        print(f"\n{role}: {len(seen)} kinds of pages, {len(barriers)} barriers")
        assert not barriers, "\n".join(barriers)
        if role == "admin":
            lists = {pattern.name for pattern in urlpatterns if str(pattern.name).endswith("-list")}
            assert {name for name in lists if name not in seen} == set()

"""Every page that links lead to, for every role: no fault on any, no barrier in any look.

Not part of the suite, which opens one page of each kind. Takes half an hour::

    python -m pytest -s crm/tests/drills/drill_pages.py
"""

import pytest
from django.urls import resolve

from crm.pages import urlpatterns
from crm.tests.browsing import ROLES
from crm.tests.crawling import barriers_on, broad_kind, exact_kind, walk

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
        names, looked_at, barriers, pages = set(), set(), [], 0
        for path in walk(person, exact_kind):
            pages += 1
            names.add(resolve(path.split("?")[0]).url_name)
            # An administrator sees everything that the others do; of theirs, each kind will do.
            kind = exact_kind(path).split()[0] if role == "admin" else broad_kind(path)
            if kind not in looked_at:
                looked_at.add(kind)
                barriers += barriers_on(person.page)
        print(f"\n{role}: {pages} pages, {len(looked_at)} of them in every look")
        assert not barriers, "\n".join(barriers)
        if role == "admin":
            shown = {pattern.name for pattern in urlpatterns if pattern.name.endswith("-list")}
            assert shown <= names

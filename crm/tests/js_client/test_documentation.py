"""What the client's documentation says of an earlier app's names is what the table says."""

import re

from django.conf import settings

from crm.base44.naming import NAMES

ROW = re.compile(r"^\| (\w+) \| `(\w+)` \| `(\w+)` \|$", re.MULTILINE)


def test_it_names_what_the_earlier_app_called_otherwise():
    text = (settings.BASE_DIR / "docs" / "javascript-client.md").read_text()
    assert sorted(ROW.findall(text)) == sorted(
        (entity, theirs, ours)
        for entity, names in NAMES.items()
        for theirs, ours in names.aliases.items()
    )

"""On PostgreSQL records are found by a value without reading all of them."""

import pytest
from django.db import connection

from crm.core.queries import tree
from crm.core.queries.compiler import Compiler
from crm.core.queries.jsonvalues import JsonSource
from crm.declared.models import DeclaredRecord

from .factories import DeclaredEntityFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has no index over values in JSON."
    ),
]
MANY = 3000
INDEX = "declared_records_values"


@pytest.fixture
def rows(db):
    entity = DeclaredEntityFactory()
    DeclaredRecord.objects.bulk_create(
        DeclaredRecord(
            declaration=entity,
            custom_fields={"project_id": f"p{n // 3}", "tags": [f"t{n}", "all"], "notes": "x" * 99},
        )
        for n in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE declared_records")
    return DeclaredRecord.objects.filter(declaration=entity)


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (tree.Test("project_id", "eq", "p7"), 3),
        (tree.Test("project_id", "in", ["p7", "p8", "nothing"]), 6),
        (tree.Test("tags", "eq", "t5"), 1),
        (tree.Test("tags", "in", ["t5", "t9"]), 2),
    ],
    ids=lambda value: getattr(value, "operator", value),
)
def test_a_value_is_found_by_the_index(rows, test, found):
    condition = Compiler(rows, lambda name: JsonSource("custom_fields", name)).condition(test)
    wanted = rows.filter(condition)
    assert wanted.count() == found
    assert INDEX in wanted.explain()

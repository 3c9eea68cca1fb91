"""One role, one entity and rows in all situations; and what refusals must look like."""

from crm.tests.matrix import CAST, cell, reaches
from crm.tests.scenes import rows_around


class World:
    """One role, one entity, rows in all situations."""

    def __init__(self, case, role, request):
        fixture = request.getfixturevalue
        self.case, self.role = case, role
        self.caller = fixture(CAST[role])
        mia, tom, zoe = fixture("mia"), fixture("tom"), fixture("zoe")
        self.stranger = zoe
        self.scene = rows_around(case, self.caller, tom, zoe)
        if case.name == "user":
            self.scene |= rows_around(case, self.caller, mia, zoe)
        elif case.name in ("team", "pipeline"):  # the cast has teams, the house a pipeline
            others = case.model.objects.exclude(pk__in=self.scene)
            row, _ = next(iter(self.scene.values()))
            self.scene |= {other.pk: (row, other) for other in others}
        self.client = fixture("client_of")(self.caller)
        self.view, self.change, self.delete, self.add = cell(case.name, role)

    def within(self, scope):
        """Ids of the rows that a scope reaches."""
        return {
            str(pk) for pk, (row, _) in self.scene.items() if reaches(self.case.name, scope, row)
        }

    def get(self, path=""):
        return self.client.get(f"{self.case.url}{path}")


def ids_of(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["data"]}


def refused(response, status, code):
    body = response.json()
    assert (response.status_code, body["success"], body["code"]) == (status, False, code), body
    assert body["message"]
    assert body["request_id"] == response["X-Request-ID"]


def stored(record):
    """A record as the database holds it, whatever the recycle bin says."""
    values = type(record).all_objects.filter(pk=record.pk).values().get()
    return {name: value for name, value in values.items() if name != "last_login"}

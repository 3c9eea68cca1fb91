"""The command that declares an app's own entities from the schemas in its code."""

import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.declared.models import DeclaredEntity

pytestmark = pytest.mark.django_db
NOTE = {
    "name": "ProjectNote",
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "rls": {"read": True, "write": {"created_by": "{{user.email}}"}},
}


@pytest.fixture
def code(tmp_path):
    """An app's code: a schema of ours, one with a comment and no name, and a table beside."""
    folder = tmp_path / "app" / "base44" / "entities"
    folder.mkdir(parents=True)
    (folder / "Lead.jsonc").write_text(json.dumps({**NOTE, "name": "Lead"}))
    (folder / "ProjectNote.jsonc").write_text("// Notes\n" + json.dumps(NOTE))
    unnamed = {key: value for key, value in NOTE.items() if key != "name"}
    (folder / "site-visit.json").write_text(json.dumps(unnamed))
    (folder.parent / "package.json").write_text("{}")
    return tmp_path / "app"


def declared(*arguments):
    output = StringIO()
    call_command("declare_entities", *map(str, arguments), stdout=output)
    return output.getvalue().splitlines()


def names():
    return sorted(DeclaredEntity.objects.values_list("name", flat=True))


def test_what_is_not_ours_is_declared_with_the_rules_of_its_schema(code):
    assert declared(code) == [
        "Lead: is one of ours.",
        "ProjectNote: was declared.",
        "SiteVisit: was declared.",
    ]
    assert names() == ["ProjectNote", "SiteVisit"]
    note = DeclaredEntity.objects.get(name="ProjectNote")
    assert note.schema == NOTE
    assert note.access["sales_rep"] == {
        "read": "all",
        "create": "own",
        "update": "own",
        "delete": "own",
    }
    assert declared(code)[1:] == [
        "ProjectNote: is declared already.",
        "SiteVisit: is declared already.",
    ]


def test_an_archive_and_a_single_schema_serve_as_well(code, tmp_path):
    packed = tmp_path / "code.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in code.rglob("*.json*"):
            archive.write(path, path.relative_to(tmp_path))
    assert len(declared(packed)) == 3
    DeclaredEntity.objects.all().delete()
    assert declared(code / "base44/entities/site-visit.json") == ["SiteVisit: was declared."]
    assert names() == ["SiteVisit"]


def test_a_dry_run_stores_nothing(code):
    assert declared(code, "--dry-run")[-1] == "Dry run: nothing was stored."
    assert names() == []


def test_a_changed_schema_is_taken_when_asked_for_and_the_rules_stay(code):
    declared(code)
    DeclaredEntity.objects.filter(name="ProjectNote").update(access={"support": {"read": "none"}})
    changed = {**NOTE, "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}}}
    changed["rls"] = {"read": False}
    place = code / "base44/entities/ProjectNote.jsonc"
    place.write_text(json.dumps(changed))
    [told] = declared(place)
    assert told == ("ProjectNote: is declared already, with another schema. --update takes this.")
    assert declared(place, "--update") == ["ProjectNote: has its new schema."]
    note = DeclaredEntity.objects.get(name="ProjectNote")
    assert note.schema == changed
    assert note.access == {"support": {"read": "none"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "ProjectNote: refused: This is no JSON"),
        ('{"type": "array"}', 'ProjectNote: refused: A schema is an object of type "object".'),
        ("{" + " " * 1_100_000 + "}", "ProjectNote: refused: This is larger than any schema."),
        (
            json.dumps({**NOTE, "name": "project note"}),
            "ProjectNote: refused: Write the name in PascalCase",
        ),
    ],
)
def test_what_is_wrong_with_a_schema_is_said_and_the_others_are_declared(code, text, said):
    (code / "base44/entities/ProjectNote.jsonc").write_text(text)
    output = StringIO()
    with pytest.raises(CommandError, match="1 refused"):
        call_command("declare_entities", str(code), stdout=output)
    lines = output.getvalue().splitlines()
    assert lines[1].startswith(said)
    assert names() == ["SiteVisit"]


def test_code_without_schemas_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"no entities/\*.jsonc"):
        declared(tmp_path)
    with pytest.raises(CommandError, match="There is nothing at"):
        declared(tmp_path / "nowhere")

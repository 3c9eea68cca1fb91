"""Pages that say what went wrong need nothing but themselves; icons are drawn as they are."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from lucide.templatetags.lucide import lucide

PRODUCTION_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


@pytest.fixture
def nothing_collected(settings, tmp_path):
    settings.STORAGES = PRODUCTION_FILES
    settings.STATIC_ROOT = tmp_path


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_page_of_a_refusal_needs_no_static_file(status, nothing_collected):
    page = render_to_string(f"{status}.html", {"request_id": "abc"})
    assert "<h1>" in page
    assert "/static/" not in page
    assert "<svg" in page


def test_an_unknown_page_is_told_without_static_files(nothing_collected, db):
    answer = Client().get("/nowhere")
    assert answer.status_code == 404
    assert b"Page not found" in answer.content


def test_icons_are_those_of_lucide():
    tag = Template('{% load icons %}{% lucide name size=17 class=kind|default:"<big>" %}')
    for name in ("inbox", "plus", "inbox"):
        drawn = tag.render(Context({"name": name}))
        assert drawn == lucide(name, size=17, **{"class": "<big>"})

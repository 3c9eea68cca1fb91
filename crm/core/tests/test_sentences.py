"""Refusals are said in the reader's language; in English they name what goes over the wire."""

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise

from crm.core.errors import Conflict
from crm.core.wording import choice_label, field_label, field_word, noun, nouns, value_word
from crm.sales.models import Deal

OURS = ("crm", "accounts")


def test_in_english_a_refusal_names_what_the_api_names():
    assert (noun(Deal), nouns(Deal)) == ("deal", "deals")
    assert field_word("account_id") == "account_id"
    assert value_word("in_progress") == "in_progress"


def test_in_another_language_a_refusal_names_what_pages_name():
    with translation.override("de"):
        assert noun(Deal) == field_label("deal")
        assert field_word("account_id") == field_label("account_id")
        assert value_word("in_progress") == choice_label("in_progress") != "in_progress"


def test_without_a_language_a_refusal_is_english():
    with translation.override(None):
        assert value_word("in_progress") == "in_progress"


@pytest.mark.parametrize("label", OURS)
def test_what_a_constraint_says_is_translated_where_it_is_shown(label):
    for model in apps.get_app_config(label).get_models():
        for constraint in model._meta.constraints:
            message = constraint.violation_error_message
            assert message == "" or isinstance(message, Promise), (model, constraint.name)


def test_a_translated_sentence_is_text_once_it_is_told():
    sentence = translation.gettext_lazy("This document has no file.")
    assert str(Conflict(sentence)) == "This document has no file."

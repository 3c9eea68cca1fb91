"""Building campaigns on pages: audience, message, start, and the report behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.marketing import sending
from crm.marketing.models import Campaign, Click, LinkAnalytics
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.messaging.models import Email, Suppression
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
CONTENT = {"subject": "Hi {{ first_name|there }}", "html": "<p>News</p>", "text": "News"}


@pytest.fixture
def page(client):
    """A browser that is signed in as somebody."""

    def page(user):
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return page


@pytest.fixture
def ready(max):
    """A campaign that lacks nothing, to one lead of two."""
    LeadFactory(first_name="Ida", email="ida@example.com", status="qualified")
    LeadFactory(first_name="Kim", email="kim@example.com", status="new")
    return CampaignFactory(
        created_by=max, content=CONTENT, audience={"leads": {"status": "qualified"}}
    )


def at(campaign, part=""):
    return f"/campaigns/{campaign.pk}/{part}"


def test_an_audience_is_counted_without_being_stored_and_then_stored(page, max, ready):
    Suppression.objects.create(address="kim@example.com", reason="bounced")
    chosen = {"sources": ["leads"], "leads.status": ["new", "qualified"], "contacts.search": "x"}
    counted = page(max).post(at(ready, "count/"), chosen, HTTP_HX_REQUEST="true")
    assert '<p class="figure-value mb-0">1</p>' in counted.content.decode()
    assert "Bounced" in counted.content.decode()
    ready.refresh_from_db()
    assert ready.audience == {"leads": {"status": "qualified"}}
    page(max).post(at(ready, "audience/"), chosen)
    ready.refresh_from_db()
    assert ready.audience == {"leads": {"status": ["new", "qualified"]}}


def test_filters_that_only_the_api_can_set_are_kept(page, max, ready):
    stored = {"leads": {"lead_score__gte": "50", "created_at": "2026-01-01"}}
    stored["exclude_ids"] = [str(ready.pk)]
    Campaign.objects.filter(pk=ready.pk).update(audience=stored)
    shown = page(max).get(at(ready, "audience/")).content.decode()
    assert 'name="leads.lead_score__gte" value="50"' in shown
    assert 'name="leads.created_at" value="2026-01-01"' in shown
    page(max).post(
        at(ready, "audience/"),
        {"sources": "leads", "leads.lead_score__gte": "50", "require_consent": "true"},
    )
    ready.refresh_from_db()
    assert ready.audience == {
        "leads": {"lead_score__gte": "50"},
        "exclude_ids": [str(ready.pk)],
        "require_consent": True,
    }


def test_a_filter_that_no_list_takes_is_refused(page, max, ready):
    answer = page(max).post(at(ready, "audience/"), {"sources": "leads", "leads.shoe": "43"})
    assert "leads.shoe" in answer.content.decode()
    ready.refresh_from_db()
    assert ready.audience == {"leads": {"status": "qualified"}}


def test_a_message_is_stored_sanitised_and_shown_as_one_reads_it(page, max, ready):
    typed = {**CONTENT, "html": "<p>{{ first_name|there }}</p><script>x</script>"}
    page(max).post(at(ready, "content/"), typed)
    ready.refresh_from_db()
    assert ready.content["html"] == "<p>{{ first_name|there }}</p>"
    shown = page(max).get(at(ready, "preview/"))
    assert "Hi Ida" in shown.content.decode()
    assert "<p>Ida</p>" in shown.content.decode()
    assert shown["Content-Security-Policy"].startswith("sandbox")
    other = ContactFactory(first_name="Oda")
    typed |= {"about": f"contact:{other.pk}", "about_text": "Oda", "about_was": "Oda"}
    assert "<p>Oda</p>" in page(max).post(at(ready, "preview/"), typed).content.decode()


def test_odd_braces_are_refused_beside_their_field(page, max, ready):
    answer = page(max).post(at(ready, "content/"), {**CONTENT, "subject": "{{ 1+1 }}"})
    assert "is no merge field" in answer.content.decode()
    ready.refresh_from_db()
    assert ready.content == CONTENT


def test_a_test_mail_goes_to_whoever_asks(page, max, ready):
    page(max).post(at(ready, "content/"), {**CONTENT, "test": "1"})
    email = Email.objects.get()
    assert (email.to_email, email.subject) == (max.email, "[Test] Hi Ida")
    page(max).post(at(ready, "test/"), {"to": "stranger@example.com"})
    assert Email.objects.count() == 1


def test_it_is_sent_now_paused_and_resumed(page, max, ready):
    browser = page(max)
    shown = browser.get(at(ready, "start/")).content.decode()
    assert "Send this campaign to 1 person now?" in shown
    browser.post(at(ready, "start/"), {"verb": "send"})
    ready.refresh_from_db()
    assert ready.status == "active"
    for move, status in (("pause", "paused"), ("resume", "active")):
        browser.post(at(ready, f"{move}/"))
        ready.refresh_from_db()
        assert ready.status == status


def test_it_is_planned_moved_and_taken_back(page, max, ready):
    browser, later = page(max), timezone.localtime() + timedelta(days=2)
    for days in (0, 1):
        wanted = f"{later + timedelta(days=days):%Y-%m-%dT%H:%M}"
        browser.post(at(ready, "start/"), {"verb": "schedule", "start_date": wanted})
        ready.refresh_from_db()
        assert ready.status == "scheduled"
        assert f"{timezone.localtime(ready.start_date):%Y-%m-%dT%H:%M}" == wanted
    browser.post(at(ready, "unschedule/"))
    ready.refresh_from_db()
    assert ready.status == "draft"


def test_what_is_missing_is_told_and_nothing_starts(page, max):
    campaign = CampaignFactory(created_by=max)
    answer = page(max).post(at(campaign, "start/"), {"verb": "send"})
    told = answer.content.decode()
    assert "A mail needs a subject." in told
    assert "Say who shall get it" in told
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_reps_look_and_strangers_to_marketing_see_nothing(page, ann, sam, ready):
    shown = page(ann).get(at(ready))
    assert shown.status_code == 200
    assert "/start/" not in shown.content.decode()
    for part in ("audience/", "content/", "start/", "preview/"):
        assert page(ann).get(at(ready, part)).status_code == 403
    for move in ("pause/", "count/", "test/"):
        assert page(ann).post(at(ready, move)).status_code == 403
    assert page(sam).get(at(ready)).status_code == 403


def test_the_report_leads_to_what_it_counts(page, max, ready, work_off):
    link = LinkAnalyticsFactory(campaign=ready, created_by=max, clicks=3)
    page(max).post(at(ready, "start/"), {"verb": "send"})
    sending.run_campaigns()
    work_off()
    shown = page(max).get(at(ready)).content.decode()
    assert f"/emails/?campaign_id={ready.pk}&amp;status=sent,bounced,complained" in shown
    assert f"/links/?short_code={link.short_code}" in shown
    progress = page(max).get(at(ready, "progress/")).content.decode()
    assert "1 of 1" in progress


def test_progress_asks_again_only_while_it_is_sent(page, max, ready):
    Campaign.objects.filter(pk=ready.pk).update(status="active", started_at=timezone.now())
    assert "every 4s" in page(max).get(at(ready, "progress/")).content.decode()
    Campaign.objects.filter(pk=ready.pk).update(status="completed")
    assert "every 4s" not in page(max).get(at(ready, "progress/")).content.decode()


def test_a_link_is_made_and_shows_its_clicks(page, max, zoe):
    page(max).post("/links/new/", {"original_url": "https://example.com/offer", "status": "active"})
    link = LinkAnalytics.objects.get()
    assert (link.original_url, link.created_by) == ("https://example.com/offer", max)
    Click.objects.create(link=link, visitor="v", device="phone", referrer="https://news.example/")
    shown = page(max).get(f"/links/{link.pk}/").content.decode()
    assert "https://news.example/" in shown
    assert page(zoe).get(f"/links/{link.pk}/").status_code == 404


def test_pages_take_few_queries(page, max, ready, django_assert_max_num_queries):
    browser = page(max)
    LinkAnalyticsFactory.create_batch(10, campaign=ready, created_by=max)
    addresses = [at(ready), *(at(ready, part) for part in ("audience/", "content/", "start/"))]
    for status in ("draft", "completed"):
        Campaign.objects.filter(pk=ready.pk).update(status=status)
        for address in addresses:
            browser.get(address)
            with django_assert_max_num_queries(15):
                assert browser.get(address).status_code == 200

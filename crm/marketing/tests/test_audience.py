"""Audiences: read like lists, over what the sender sees, each address once."""

import pytest
from django.utils import timezone

from crm.core.events import record
from crm.core.models import Event
from crm.marketing import sending
from crm.marketing.models import Campaign, CampaignRecipient
from crm.marketing.operations import send_campaign
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email, Suppression
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/campaigns"
CONTENT = {"subject": "Hello {{ first_name|there }}", "html": "<p>Hi {{ last_name }}</p>"}


@pytest.fixture
def api(max, client_of):
    return client_of(max)


def addresses(campaign):
    rows = CampaignRecipient.objects.filter(campaign=campaign)
    return set(rows.values_list("address", flat=True))


def freeze(campaign):
    while sending.freeze_batch(campaign.pk):
        pass
    campaign.refresh_from_db()


BAD = [
    ({"leads": {"statuss": "new"}}, "leads.statuss"),
    ({"leads": {"status": "nonsense"}}, "leads.status"),
    ({"leads": {"lead_score__like": 3}}, "leads.lead_score__like"),
    ({"leads": {"lead_score__gte": "many"}}, "leads.lead_score__gte"),
    ({"leads": {"lead_score": {"gte": 3}}}, "leads.lead_score"),
    ({"leads": {"status": [["new"]]}}, "leads.status"),
    ({"leads": {"account__industry": "x"}}, "leads.account__industry"),
    ({"leads": {"password": "x"}}, "leads.password"),
    ({"leads": {"limit": 10}}, "leads.limit"),
    ({"leads": {"sort": "email"}}, "leads.sort"),
    ({"leads": {"mine": "perhaps"}}, "leads.mine"),
    ({"contacts": {"created_at__gte": "sometime"}}, "contacts.created_at__gte"),
    ({"contacts": []}, "contacts"),
    ({"contacts": None}, "contacts"),
    ({"customers": {}}, "customers"),
    ({"contacts": {}, "exclude_ids": "x"}, "exclude_ids"),
    ({"contacts": {}, "exclude_ids": ["x"]}, "exclude_ids"),
    ({"contacts": {}, "exclude_ids": ["x"] * 1001}, "exclude_ids"),
    ({"contacts": {}, "require_consent": "yes"}, "require_consent"),
]


@pytest.mark.parametrize(("audience", "path"), BAD)
def test_what_no_list_takes_is_refused_by_path(audience, path, api):
    campaign = CampaignFactory()
    for response in (
        api.put(f"{URL}/{campaign.pk}", {"audience": audience}),
        api.post(URL, {"name": "Spring", "campaign_type": "email", "audience": audience}),
    ):
        assert response.status_code == 400, response.content
        assert any(m.startswith(path) for m in response.json()["errors"]["audience"])
    campaign.refresh_from_db()
    assert (campaign.audience, campaign.revision) == ({}, 1)
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("entity", "filters"),
    [
        ("leads", {"status": ["new", "qualified"]}),
        ("leads", {"lead_score__gte": 50, "city__ne": "Kiel"}),
        ("leads", {"search": "berg"}),
        ("leads", {"mine": True}),
        ("leads", {"created_at__gte": "-30d"}),
        ("contacts", {"account__industry": "Optics", "email_opt_out": False}),
        ("contacts", {"city": ""}),
        ("contacts", {"unassigned": False}),
    ],
)
def test_an_audience_is_what_the_list_shows(entity, filters, api, max):
    optics = AccountFactory(industry="Optics")
    for number in range(4):
        LeadFactory(
            status=("new", "contacted", "qualified", "new")[number],
            lead_score=number * 30,
            city=("Kiel", "Rom")[number % 2],
            last_name=("Berg", "Dahl")[number % 2],
            assigned_to=max if number < 2 else None,
        )
        ContactFactory(
            account=optics if number < 2 else None, assigned_to=max if number < 3 else None
        )
    campaign = CampaignFactory(content=CONTENT, audience={entity: filters})
    query = {
        name: ",".join(value)
        if isinstance(value, list)
        else value
        if isinstance(value, str)
        else str(value).lower()
        for name, value in filters.items()
    }
    listed = api.get(f"/api/v1/{entity}", {**query, "limit": 100}).json()["data"]
    assert listed
    send_campaign(campaign, by=max)
    freeze(campaign)
    assert addresses(campaign) == {row["email"] for row in listed}


def test_it_is_what_the_sender_sees(mia, ann, zoe, client_of):
    LeadFactory(email="hers@example.com", assigned_to=ann)
    LeadFactory(email="foreign@example.com", assigned_to=zoe)
    campaign = CampaignFactory(content=CONTENT, audience={"leads": {}}, created_by=mia)
    client = client_of(mia)
    assert client.post(f"{URL}/{campaign.pk}/preview").json()["data"]["recipients"] == 1
    assert client.post(f"{URL}/{campaign.pk}/send").status_code == 200
    freeze(campaign)
    assert addresses(campaign) == {"hers@example.com"}


@pytest.fixture
def mixed():
    """Somebody for every reason to be left out, and two who get the mail."""
    contacts = {
        name: ContactFactory(email=f"{name}@example.com", first_name=name.capitalize())
        for name in ("ida", "bounced", "complained", "left", "manual", "chosen")
    }
    ContactFactory(email="")
    ContactFactory(email="refuses@example.com", email_opt_out=True)
    LeadFactory(email="refuses@example.com")
    LeadFactory(email="IDA@example.com")
    LeadFactory(email="leon@example.com")
    for name, reason in (
        ("bounced", "bounced"),
        ("complained", "complained"),
        ("left", "unsubscribed"),
        ("manual", "manual"),
    ):
        Suppression.objects.create(address=f"{name}@example.com", reason=reason)
    audience = {"contacts": {}, "leads": {}, "exclude_ids": [str(contacts["chosen"].pk)]}
    return CampaignFactory(content=CONTENT, audience=audience)


EXCLUDED = {
    "opted_out": 2,
    "unsubscribed": 1,
    "bounced": 1,
    "complained": 1,
    "suppressed": 1,
    "no_consent": 0,
    "no_email": 1,
    "duplicate": 1,
}


def test_who_is_left_out_is_counted_by_reason(mixed, api, max):
    previewed = api.post(f"{URL}/{mixed.pk}/preview").json()["data"]
    assert (previewed["recipients"], previewed["excluded"]) == (2, EXCLUDED)
    assert not CampaignRecipient.objects.exists()
    assert not Event.objects.exists()

    send_campaign(mixed, by=max)
    freeze(mixed)
    assert addresses(mixed) == {"ida@example.com", "leon@example.com"}
    assert mixed.excluded == EXCLUDED
    report = api.get(f"{URL}/{mixed.pk}/report").json()["data"]
    assert (report["recipients"], report["excluded"]) == (2, EXCLUDED)


def test_only_those_who_agreed_get_it_where_that_is_asked_for(api, max):
    ContactFactory(email="agreed@example.com", consent_at=timezone.now())
    ContactFactory(email="silent@example.com")
    form = LeadFactory(email="form@example.com")
    LeadFactory(email="called@example.com")
    record("submitted", form, by=None, consent={"given": True})
    audience = {"contacts": {}, "leads": {}, "require_consent": True}
    campaign = CampaignFactory(content=CONTENT, audience=audience)
    previewed = api.post(f"{URL}/{campaign.pk}/preview").json()["data"]
    assert (previewed["recipients"], previewed["excluded"]["no_consent"]) == (2, 2)

    send_campaign(campaign, by=max)
    freeze(campaign)
    assert addresses(campaign) == {"agreed@example.com", "form@example.com"}
    assert campaign.excluded["no_consent"] == 2


def test_freezing_goes_on_where_it_was_cut_off(max, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    ContactFactory.create_batch(5)
    LeadFactory.create_batch(3)
    ContactFactory(email="")
    campaign = CampaignFactory(content=CONTENT, audience={"contacts": {}, "leads": {}})
    send_campaign(campaign, by=max)
    assert sending.freeze_batch(campaign.pk)
    assert CampaignRecipient.objects.count() == 2

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as killed:
        killed.setattr(CampaignRecipient.objects, "bulk_create", die)
        with pytest.raises(RuntimeError):
            sending.freeze_batch(campaign.pk)
    assert CampaignRecipient.objects.count() == 2
    late = ContactFactory()  # came after the start

    freeze(campaign)
    assert CampaignRecipient.objects.count() == 8
    assert late.email not in addresses(campaign)
    assert campaign.excluded["no_email"] == 1
    assert campaign.excluded["duplicate"] == 0
    assert not sending.freeze_batch(campaign.pk)


def test_a_preview_shows_one_mail_as_it_is_read(api, max):
    ContactFactory(first_name="Ida", last_name="<b>Berg</b>", email="ida@example.com")
    other = LeadFactory(first_name="", last_name="Dahl", email="leon@example.com")
    campaign = CampaignFactory(content=CONTENT, audience={"contacts": {}, "leads": {}})
    url = f"{URL}/{campaign.pk}/preview"
    message = api.post(url).json()["data"]["message"]
    assert message["subject"] == "Hello Ida"
    assert message["html"] == "<p>Hi &lt;b&gt;Berg&lt;/b&gt;</p>"
    assert message["to"] == "ida@example.com"
    message = api.post(url, {"recipient_id": str(other.pk)}).json()["data"]["message"]
    assert (message["subject"], message["text"]) == ("Hello there", "Hi Dahl")
    assert api.post(url, {"recipient_id": str(campaign.pk)}).status_code == 400
    assert api.post(url, {"recipient": "x"}).status_code == 400


def test_a_test_mail_goes_to_colleagues_only(api, max, ann, zoe):
    ContactFactory(first_name="Ida")
    campaign = CampaignFactory(content=CONTENT, audience={"contacts": {}})
    url = f"{URL}/{campaign.pk}/test"
    assert api.post(url).status_code == 202
    assert api.post(url, {"to": "ANN@example.com"}).status_code == 202
    emails = Email.objects.order_by("id")
    assert [email.to_email for email in emails] == ["max@example.com", "ann@example.com"]
    assert {email.subject for email in emails} == {"[Test] Hello Ida"}
    assert {email.status for email in emails} == {"queued"}
    assert {email.campaign_id for email in emails} == {None}

    zoe.status = "inactive"
    zoe.save()
    for to in ("zoe@example.com", "ida@example.com", "nonsense"):
        assert api.post(url, {"to": to}).status_code == 400
    assert Email.objects.count() == 2

"""Functions of an app, as one would write them."""

from crm.base44.functions import Call, function
from crm.core import records
from crm.core.errors import Conflict
from crm.sales.models import Lead


@function("who-calls")
def who_calls(call: Call):
    return {"email": call.user.email, "sent": call.data}


@function("count-leads")
def count_leads(call: Call):
    return Lead.objects.visible_to(call.user).count()


@function("measure")
def measure(call: Call):
    sizes = {name: len(file.read()) for name, file in call.files.items()}
    return {"sizes": sizes, "values": call.data}


@function("refuse")
def refuse(call: Call):
    raise Conflict("Not twice.")


@function("break")
def break_off(call: Call):
    lead = Lead(first_name="Ida", last_name="Berg", email="ida@example.com")
    records.create(lead, by=call.user)
    raise RuntimeError("a secret of the house")


@function("nothing")
def nothing(call: Call):
    return None


def unnamed(call: Call):
    return "never"

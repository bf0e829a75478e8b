"""The main job with fhirpy <https://github.com/beda-software/fhir-py>."""

from bodies import FNR, TESTINE, goal, patient, plan, status_of, transaction
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound, OperationOutcome, ResourceNotFound

NAME = "fhirpy"


def refused(kind, call):
    """What a call is refused with; a call that succeeds is an error here."""
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError("the call should have been refused, and was not")


def steps(base, token):
    """The steps, each a name and what it does. Later ones use what earlier ones left in `made`."""
    made = {}

    def client(**headers):
        return SyncFHIRClient(base, authorization=f"Bearer {token}", extra_headers=headers)

    def create():
        stored = client().resource("Patient", **patient(TESTINE)).create()
        assert stored["meta"]["versionId"] == "1", stored
        made["patient"] = stored

    def conditional_create():
        condition = {"If-None-Exist": f"identifier={FNR}|{TESTINE}"}
        again = client(**condition).resource("Patient", **patient(TESTINE)).create()
        assert again.id == made["patient"].id

    def read_again():
        made["patient"].refresh()
        reference = client().reference("Patient", made["patient"].id)
        assert reference.to_resource().id == made["patient"].id

    def validate():
        assert client().resource("Patient", **patient(TESTINE)).is_valid()
        assert not client().resource("Goal", **{**goal("Patient/x"), "lifecycleStatus": "nonsense"}).is_valid()

    def search_with_include():
        made["plan"] = client().resource("CarePlan", **plan(TESTINE)).create()
        found = client().resources("CarePlan").search(_id=made["plan"].id).include("CarePlan", "patient").fetch_raw()
        modes = [(entry["search"]["mode"], entry["resource"]["resourceType"]) for entry in found["entry"]]
        assert modes == [("match", "CarePlan"), ("include", "Patient")], modes

    def search_as_the_library_does():
        plans = client().resources("CarePlan")
        assert len(plans.search(status="active").sort("-_lastUpdated").limit(10).fetch()) == 1
        # It counts with a parameter of another server's, which Varde leaves out only when asked to.
        lenient = client(Prefer="handling=lenient").resources("CarePlan")
        assert lenient.search(status="active").count() == 1
        assert plans.search(patient__Patient__family="Prøvepasient").first().id == made["plan"].id
        assert plans.search(status="active", date__missing=True).first().id == made["plan"].id
        patients = client().resources("Patient").has("CarePlan", "patient", status="active").fetch_all()
        assert [found.id for found in patients] == [made["patient"].id]
        summary = plans.elements("status", "intent").fetch_raw()["entry"][0]["resource"]
        assert "author" not in summary and summary["status"] == "active", summary

    def update_with_etag():
        body = dict(made["plan"].serialize(), title="Individuell plan")
        stored = client(**{"If-Match": 'W/"1"'}).resource("CarePlan", **body).update()
        assert stored["meta"]["versionId"] == "2"
        stale = client(**{"If-Match": 'W/"1"'}).resource("CarePlan", **body)
        refused(MultipleResourcesFound, stale.update)  # what fhirpy calls every 412
        refused(OperationOutcome, client().resource("CarePlan", **body).update)
        made["plan"] = stored

    def patch():
        headers = {"If-Match": 'W/"2"', "Content-Type": "application/json-patch+json"}
        operations = [{"op": "replace", "path": "/title", "value": "Individuell plan, revidert"}]
        path = f"CarePlan/{made['plan'].id}"
        patched = client(**headers).execute(path, method="patch", data=operations)
        assert patched["title"] == "Individuell plan, revidert" and patched["meta"]["versionId"] == "3"

    def in_a_transaction():
        current = client().get("CarePlan", made["plan"].id)
        bundle = transaction(f"Patient/{made['patient'].id}", dict(current), 3)
        answer = client().execute("", data=bundle)
        assert [entry["response"]["status"][:3] for entry in answer["entry"]] == ["201", "200"]
        assert answer["entry"][1]["resource"]["goal"][0]["reference"].startswith("Goal/")

    def history():
        versions = client().execute(f"CarePlan/{made['plan'].id}/_history", method="get")["entry"]
        assert [entry["resource"]["meta"]["versionId"] for entry in versions] == ["4", "3", "2", "1"]

    def plan_status():
        answer = client().execute("CarePlan/$plan-status", data=status_of(TESTINE))
        assert answer["resourceType"] == "Parameters"

    def delete():
        refused(OperationOutcome, client().reference("Patient", made["patient"].id).delete)
        flag = {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": "Trenger tolk"},
            "subject": {"reference": f"Patient/{made['patient'].id}"},
        }
        stored = client().resource("Flag", **flag).create()
        stored.delete()
        refused(ResourceNotFound, lambda: client().get("Flag", stored.id))

    return [
        ("create", create),
        ("conditional create", conditional_create),
        ("read again", read_again),
        ("$validate", validate),
        ("search with include", search_with_include),
        ("search as the library does", search_as_the_library_does),
        ("update with ETag", update_with_etag),
        ("patch", patch),
        ("transaction", in_a_transaction),
        ("history", history),
        ("$plan-status", plan_status),
        ("delete", delete),
    ]

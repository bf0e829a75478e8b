"""The main job with fhirclient, the SMART on FHIR client <https://github.com/smart-on-fhir/client-py>. It reads every answer
strictly into its own models of R4."""

from bodies import ANNEN, FNR, goal, patient, plan, transaction
from fhirclient.auth import FHIRAuth
from fhirclient.models.bundle import Bundle
from fhirclient.models.careplan import CarePlan
from fhirclient.models.flag import Flag
from fhirclient.models.goal import Goal
from fhirclient.models.patient import Patient
from fhirclient.server import FHIRServer
from requests import HTTPError

NAME = "fhirclient"


def refused(status, call):
    """Fails unless the call is refused with this status."""
    try:
        call()
    except HTTPError as error:
        assert error.response.status_code == status, error.response.text
        return
    raise AssertionError("the call should have been refused, and was not")


def steps(base, token):
    """The steps, each a name and what it does. Later ones use what earlier ones left in `made`."""
    made = {}
    server = FHIRServer(None, base_uri=base)
    server.auth = FHIRAuth.create("oauth2", state={"access_token": token})

    def sending(headers, call):
        """The library has no argument for headers; its session has."""
        server.session.headers.update(headers)
        try:
            return call()
        finally:
            for name in headers:
                del server.session.headers[name]

    def capability():
        from fhirclient.models.capabilitystatement import CapabilityStatement

        statement = CapabilityStatement.read_from("metadata", server)
        assert statement.fhirVersion == "4.0.1"
        assert any(resource.type == "CareTeam" for resource in statement.rest[0].resource)

    def create():
        stored = Patient(Patient(patient(ANNEN)).create(server))
        assert stored.meta.versionId == "1"
        made["patient"] = stored

    def conditional_create():
        condition = {"If-None-Exist": f"identifier={FNR}|{ANNEN}"}
        again = sending(condition, lambda: Patient(patient(ANNEN)).create(server))
        assert again["id"] == made["patient"].id

    def search_with_include():
        made["plan"] = CarePlan(CarePlan(plan(ANNEN)).create(server))
        search = CarePlan.where({"_id": made["plan"].id}).include("subject")
        found = [resource.resource_type for resource in search.perform_resources_iter(server)]
        assert found == ["CarePlan", "Patient"], found
        kept = CarePlan.where({"subject": {"$type": "Patient", "family": "Prøvepasient"}, "status": {"$or": ["active", "draft"]}})
        assert made["plan"].id in [resource.id for resource in kept.perform_resources_iter(server)]

    def update_with_etag():
        made["plan"].title = "Individuell plan"
        stored = sending({"If-Match": 'W/"1"'}, lambda: made["plan"].update(server))
        assert stored["meta"]["versionId"] == "2"
        refused(412, lambda: sending({"If-Match": 'W/"1"'}, lambda: made["plan"].update(server)))
        refused(428, lambda: made["plan"].update(server))

    def patch():
        url = f"{server.base_uri}CarePlan/{made['plan'].id}"
        headers = server.auth.signed_headers({"Content-Type": "application/json-patch+json", "If-Match": 'W/"2"'})
        operations = [{"op": "replace", "path": "/title", "value": "Individuell plan, revidert"}]
        answer = server.session.patch(url, json=operations, headers=headers)
        assert answer.status_code == 200, answer.text
        assert CarePlan(answer.json()).title == "Individuell plan, revidert"

    def in_a_transaction():
        current = CarePlan.read(made["plan"].id, server).as_json()
        bundle = Bundle(transaction(f"Patient/{made['patient'].id}", current, 3))
        answer = Bundle(server.post_json("", bundle.as_json()).json())
        assert [entry.response.status[:3] for entry in answer.entry] == ["201", "200"]
        made["goal"] = answer.entry[0].resource
        assert made["goal"].resource_type == "Goal"

    def pages():
        for _ in range(3):
            Goal(goal(f"Patient/{made['patient'].id}")).create(server)
        search = Goal.where({"subject": f"Patient/{made['patient'].id}", "_count": "1"})
        ids = [resource.id for resource in search.perform_resources_iter(server)]
        assert len(ids) == len(set(ids)) == 4, ids

    def history():
        versions = Bundle.read_from(f"CarePlan/{made['plan'].id}/_history", server)
        assert [entry.resource.meta.versionId for entry in versions.entry] == ["4", "3", "2", "1"]

    def delete():
        refused(409, lambda: made["patient"].delete(server))
        flag = {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": "Trenger tolk"},
            "subject": {"reference": f"Patient/{made['patient'].id}"},
        }
        stored = Flag(Flag(flag).create(server))
        stored.delete(server)
        refused(410, lambda: Flag.read(stored.id, server))

    return [
        ("capability statement", capability),
        ("create", create),
        ("conditional create", conditional_create),
        ("search with include", search_with_include),
        ("update with ETag", update_with_etag),
        ("patch", patch),
        ("transaction", in_a_transaction),
        ("pages", pages),
        ("history", history),
        ("delete", delete),
    ]

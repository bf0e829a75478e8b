"""What is sent: made-up people with synthetic numbers."""

FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
TESTINE = "15825512869"
ANNEN = "01819019939"


def person(number):
    return {"type": "Patient", "identifier": {"system": FNR, "value": number}}


def organisation(number):
    return {"type": "Organization", "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": number}}


def patient(number):
    return {
        "resourceType": "Patient",
        "identifier": [{"system": FNR, "value": number}],
        "name": [{"family": "Prøvepasient", "given": ["Testine"]}],
    }


def goal(subject):
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "Bo hjemme"},
        "subject": {"reference": subject},
    }


def plan(number):
    return {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "category": [{"coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "A02-2"}]}],
        "subject": person(number),
        "author": organisation("964338531"),
        "extension": [{"url": "https://varde.no/fhir/StructureDefinition/revision-date", "valueDate": "2099-05-01"}],
    }


def transaction(subject, plan, version):
    """A new Goal, and the plan that names it, at once."""
    link = "urn:uuid:7d0f2c8e-7c7e-4a48-8f0e-0f6f5ac4d0aa"
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": link, "resource": goal(subject), "request": {"method": "POST", "url": "Goal"}},
            {
                "resource": {**plan, "goal": [{"reference": link}]},
                "request": {"method": "PUT", "url": f"CarePlan/{plan['id']}", "ifMatch": f'W/"{version}"'},
            },
        ],
    }


def status_of(number):
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "patient", "valueIdentifier": {"system": FNR, "value": number}}],
    }

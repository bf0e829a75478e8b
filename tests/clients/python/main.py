"""The main job of Varde with the two Python clients: fhirpy and fhirclient. `VARDE_URL` is the server's root."""

import json
import os
import urllib.parse
import urllib.request

import with_fhirclient
import with_fhirpy

ROOT = os.environ.get("VARDE_URL", "http://127.0.0.1:8080")


def token(persona):
    """A token of the development issuer."""
    form = urllib.parse.urlencode({"client_id": persona}).encode()
    with urllib.request.urlopen(f"{ROOT}/dev/token", form) as answer:
        return json.load(answer)["access_token"]


for job in (with_fhirpy, with_fhirclient):
    steps = job.steps(ROOT + "/fhir", token("epj-helse-bergen"))
    number = 0
    for name, step in steps:
        step()
        number += 1
        print(f"ok - {name}")
    print(f"{job.NAME}: {number} steps passed")

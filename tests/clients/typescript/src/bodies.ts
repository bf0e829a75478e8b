// What is sent: made-up people with synthetic numbers.

import type { CarePlan, Consent, Goal, Identifier, Parameters, Patient, Reference } from 'fhir/r4.js';

/** System of fødselsnummer. */
export const FNR = 'urn:oid:2.16.578.1.12.4.1.4.1';
/** A synthetic fødselsnummer. */
export const TESTINE = '15825512869';

const person = (number: string): Reference => ({ type: 'Patient', identifier: { system: FNR, value: number } });
const orgnr = (number: string): Identifier => ({ system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: number });

export const patient = (number: string): Patient => ({
  resourceType: 'Patient',
  identifier: [{ system: FNR, value: number }],
  name: [{ family: 'Prøvepasient', given: ['Testine'] }],
});

export const goal = (subject: string): Goal => ({
  resourceType: 'Goal',
  lifecycleStatus: 'active',
  description: { text: 'Bo hjemme' },
  subject: { reference: subject },
});

/** A FHIRPath Patch <https://hl7.org/fhir/R4/fhirpatch.html> that sets a goal's status. */
export const goalPatch = (status: string): Parameters => ({
  resourceType: 'Parameters',
  parameter: [{
    name: 'operation',
    part: [
      { name: 'type', valueCode: 'replace' },
      { name: 'path', valueString: 'Goal.lifecycleStatus' },
      { name: 'value', valueCode: status },
    ],
  }],
});

export const plan = (number: string): CarePlan => ({
  resourceType: 'CarePlan',
  status: 'active',
  intent: 'plan',
  category: [{ coding: [{ system: 'urn:oid:2.16.578.1.12.4.1.1.9602', code: 'A02-2' }] }],
  subject: person(number),
  author: { type: 'Organization', identifier: orgnr('964338531') },
  extension: [{ url: 'https://varde.no/fhir/StructureDefinition/revision-date', valueDate: '2099-05-01' }],
});

export const consent = (number: string): Consent => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'https://varde.no/fhir/CodeSystem/varde-consent-category', code: 'koordinator' }] }],
  patient: person(number),
  dateTime: '2026-11-01',
  performer: [person(number)],
  policyRule: { text: 'pasient- og brukerrettighetsloven § 4-1' },
  sourceAttachment: { title: 'Dokumentert i journal' },
  provision: { type: 'permit' },
});

export const appointing = (number: string) => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'role', valueCoding: { system: 'urn:oid:2.16.578.1.12.4.1.1.9034', code: '18' } },
    { name: 'patient', valueReference: person(number) },
    {
      name: 'member',
      resource: {
        resourceType: 'Practitioner',
        identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.4', value: '9144900' }],
        name: [{ family: 'Prøvesen', given: ['Kåre'] }],
        telecom: [{ system: 'phone', value: '55 00 00 00' }],
        qualification: [{ code: { coding: [{ system: 'urn:oid:2.16.578.1.12.4.1.1.9060', code: 'SP' }], text: 'Sykepleier' } }],
      },
    },
    { name: 'unit', valueReference: { type: 'Organization', identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.102', value: '102954' } } },
    { name: 'consent', resource: consent(number) },
    { name: 'patientInformed', valueBoolean: true },
    { name: 'identifier', valueIdentifier: { system: 'urn:example:oppnevning', value: '1' } },
  ],
});

export const planStatus = (number: string) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'patient', valueIdentifier: { system: FNR, value: number } }],
});

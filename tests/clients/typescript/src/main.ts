// The main job of Varde, done with fhir-kit-client <https://github.com/Vermonster/fhir-kit-client> as an integrator would do it.
// Every step asserts what a client relies on; the first that fails ends the run.

import assert from 'node:assert/strict';
import type { Bundle, CarePlan, CareTeam, Consent, Goal, Parameters, Patient } from 'fhir/r4.js';
import { FNR, TESTINE, appointing, consent, goal, goalPatch, patient, plan, planStatus } from './bodies.js';
import { EPJ, KOMMUNE, type Party, party, refused } from './party.js';

/** One step: its name, and what it does. Later steps use what earlier ones left in `made`. */
type Step = [name: string, run: (epj: Party, kommune: Party) => Promise<void>];

const made: { patient?: Patient; goal?: Goal; plan?: CarePlan; team?: CareTeam } = {};

const steps: Step[] = [
  ['the server says what it can', async (epj) => {
    const statement = await epj.client.capabilityStatement();
    assert.equal(statement.resourceType, 'CapabilityStatement');
    assert.equal(statement.fhirVersion, '4.0.1');
  }],

  ['create', async (epj) => {
    const stored = await epj.create<Patient>(patient(TESTINE));
    assert.equal(epj.status(stored), 201);
    assert.equal(stored.meta?.versionId, '1');
    made.patient = stored;
  }],

  ['conditional create finds what is there', async (epj) => {
    const headers = { 'If-None-Exist': `identifier=${FNR}|${TESTINE}` };
    const again = await epj.create<Patient>(patient(TESTINE), headers);
    assert.equal(epj.status(again), 200);
    assert.equal(again.id, made.patient?.id);
  }],

  ['post an appointment', async (epj) => {
    const answer = await epj.client.operation({ name: 'appoint', resourceType: 'CareTeam', input: appointing(TESTINE) });
    const parameters = answer as unknown as Parameters;
    const team = parameters.parameter?.find((parameter) => parameter.name === 'return' || parameter.resource?.resourceType === 'CareTeam');
    assert.equal(team?.resource?.resourceType, 'CareTeam');
    made.team = team.resource as CareTeam;
  }],

  ['search with include', async (epj) => {
    const found = await epj.search<CareTeam>('CareTeam', { _id: made.team!.id!, _include: 'CareTeam:patient' });
    const modes = found.entry?.map((entry) => `${entry.search?.mode} ${entry.resource?.resourceType}`);
    assert.deepEqual(modes, ['match CareTeam', 'include Patient']);
  }],

  ['search by POST, with the number in the body', async (epj) => {
    const found = await epj.search<Patient>('Patient', { identifier: `${FNR}|${TESTINE}` }, { postSearch: true });
    assert.deepEqual(found.entry?.map((entry) => entry.resource?.id), [made.patient?.id]);
  }],

  ['a national number in a URL is refused', async (epj) => {
    const error = await refused(epj.search('Patient', { identifier: `${FNR}|${TESTINE}` }));
    assert.equal(error.status, 400);
    assert.equal(error.outcome.resourceType, 'OperationOutcome');
    assert.ok(!JSON.stringify(error.outcome).includes(TESTINE));
  }],

  ['update with ETag', async (epj) => {
    const stored = await epj.create<CarePlan>(plan(TESTINE));
    const changed = { ...stored, title: 'Individuell plan' };
    const first = await epj.update<CarePlan>(changed, { 'If-Match': epj.etag(stored) });
    assert.equal(first.meta?.versionId, '2');
    const stale = await refused(epj.update(changed, { 'If-Match': epj.etag(stored) }));
    assert.equal(stale.status, 412);
    const missing = await refused(epj.update(changed));
    assert.equal(missing.status, 428);
    made.plan = first;
  }],

  ['patch', async (epj) => {
    const id = made.plan!.id!;
    const patched = await epj.client.patch({
      resourceType: 'CarePlan',
      id,
      jsonPatch: [{ op: 'replace', path: '/title', value: 'Individuell plan, revidert' }],
      options: { headers: { 'If-Match': epj.etag(made.plan!) } },
    });
    assert.equal((patched as unknown as CarePlan).title, 'Individuell plan, revidert');
    assert.equal((patched as unknown as CarePlan).meta?.versionId, '3');
    const bad = await refused(epj.client.patch({
      resourceType: 'CarePlan',
      id,
      jsonPatch: [{ op: 'replace', path: '/nowhere/0', value: 1 }],
      options: { headers: { 'If-Match': 'W/"3"' } },
    }));
    assert.ok([400, 422].includes(bad.status), `${bad.status}`);
  }],

  ['FHIRPath patch', async (epj) => {
    const stored = await epj.create<Goal>(goal(`Patient/${made.patient!.id}`));
    const patched = await epj.client.request(`Goal/${stored.id}`, {
      method: 'PATCH',
      body: goalPatch('completed'),
      options: { headers: { 'Content-Type': 'application/fhir+json' } },
    });
    assert.equal((patched as unknown as Goal).lifecycleStatus, 'completed');
    made.goal = patched as unknown as Goal;
  }],

  ['conditional update', async (epj) => {
    const body = { ...goal(`Patient/${made.patient!.id}`), identifier: [{ system: 'urn:example:goal', value: 'G-1' }] };
    const condition = { identifier: 'urn:example:goal|G-1' };
    const first = await epj.client.update({ resourceType: 'Goal', searchParams: condition, body: body as never });
    assert.equal(epj.status(first), 201);
    const second = await epj.client.update({ resourceType: 'Goal', searchParams: condition, body: body as never });
    assert.equal(epj.status(second), 200);
    assert.equal(second.id, first.id);
  }],

  ['transaction', async (epj) => {
    const bundle: Bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { fullUrl: 'urn:uuid:0d1c3a44-2f6e-4d7b-9a0a-0f2f6a7d9b11', resource: goal(`Patient/${made.patient!.id}`), request: { method: 'POST', url: 'Goal' } },
        {
          resource: { ...made.plan!, goal: [{ reference: 'urn:uuid:0d1c3a44-2f6e-4d7b-9a0a-0f2f6a7d9b11' }] },
          request: { method: 'PUT', url: `CarePlan/${made.plan!.id}`, ifMatch: 'W/"3"' },
        },
      ],
    };
    const answer = (await epj.client.transaction({ body: bundle as never })) as unknown as Bundle;
    assert.equal(answer.type, 'transaction-response');
    assert.deepEqual(answer.entry?.map((entry) => entry.response?.status?.slice(0, 3)), ['201', '200']);
    const stored = answer.entry?.[1]?.resource as CarePlan;
    assert.match(stored.goal?.[0]?.reference ?? '', /^Goal\//);
    made.plan = stored;
  }],

  ['a transaction is all or nothing', async (epj) => {
    const before = (await epj.search('Goal', { _summary: 'count' })).total;
    const bundle: Bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: goal(`Patient/${made.patient!.id}`), request: { method: 'POST', url: 'Goal' } },
        { resource: { ...goal(`Patient/${made.patient!.id}`), lifecycleStatus: 'nonsense' as never }, request: { method: 'POST', url: 'Goal' } },
      ],
    };
    const error = await refused(epj.client.transaction({ body: bundle as never }));
    assert.ok([400, 422].includes(error.status), `${error.status}`);
    assert.match(error.outcome.issue[0]?.expression?.[0] ?? '', /^Bundle\.entry\[1\]/);
    assert.equal((await epj.search('Goal', { _summary: 'count' })).total, before);
  }],

  ['chained search and _has', async (epj) => {
    const chained = await epj.search<CarePlan>('CarePlan', { 'subject:Patient.family': 'Prøvepasient', _id: made.plan!.id! });
    assert.deepEqual(chained.entry?.map((entry) => entry.resource?.id), [made.plan!.id]);
    const backwards = await epj.search<Goal>('Goal', { '_has:CarePlan:goal:status': 'active' });
    assert.equal(backwards.entry?.length, 1);
  }],

  ['pages', async (epj) => {
    let page: Bundle | undefined = await epj.search<Goal>('Goal', { _count: 1 });
    const seen = new Set<string>();
    for (let bound = 0; page && bound < 20; bound += 1) {
      for (const entry of page.entry ?? []) {
        assert.ok(!seen.has(entry.resource!.id!), 'no resource comes twice');
        seen.add(entry.resource!.id!);
      }
      page = (await epj.client.nextPage({ bundle: page as never })) as unknown as Bundle | undefined;
    }
    assert.equal(seen.size, (await epj.search('Goal', { _summary: 'count' })).total);
  }],

  ['history', async (epj) => {
    const whole = (await epj.client.history({ resourceType: 'CarePlan', id: made.plan!.id! })) as unknown as Bundle;
    assert.deepEqual(whole.entry?.map((entry) => entry.resource?.meta?.versionId), ['4', '3', '2', '1']);
    assert.deepEqual(whole.entry?.map((entry) => entry.request?.method), ['PUT', 'PATCH', 'PUT', 'POST']);
    const first = await epj.client.vread({ resourceType: 'CarePlan', id: made.plan!.id!, version: '1' });
    assert.equal((first as unknown as CarePlan).title, undefined);
    const ofType = (await epj.client.typeHistory({ resourceType: 'CarePlan' })) as unknown as Bundle;
    assert.equal(ofType.type, 'history');
    assert.equal(ofType.entry?.length, 4);
    const ofAll = (await epj.client.systemHistory()) as unknown as Bundle;
    assert.ok((ofAll.entry?.length ?? 0) > 4);
  }],

  ['compartment', async (epj) => {
    const compartment = { resourceType: 'Patient', id: made.patient!.id! };
    const goals = (await epj.client.compartmentSearch({ resourceType: 'Goal', compartment })) as unknown as Bundle;
    assert.ok(goals.entry?.every((entry) => entry.resource?.resourceType === 'Goal'));
    assert.equal(goals.entry?.length, (await epj.search('Goal', { _summary: 'count' })).total);
  }],

  ['the municipality pulls plan status', async (_epj, kommune) => {
    const answer = await kommune.client.operation({ name: 'plan-status', resourceType: 'CarePlan', input: planStatus(TESTINE) });
    assert.ok(JSON.stringify(answer).includes('hasActivePlan'));
  }],

  ['delete', async (epj) => {
    const referenced = await refused(epj.client.delete({ resourceType: 'Patient', id: made.patient!.id! }));
    assert.equal(referenced.status, 409);
    const stored = await epj.create<Consent>(consent(TESTINE));
    const gone = await epj.client.delete({ resourceType: 'Consent', id: stored.id! });
    assert.ok([200, 204].includes(epj.status(gone)));
    const error = await refused(epj.client.read({ resourceType: 'Consent', id: stored.id! }));
    assert.equal(error.status, 410);
    const history = (await epj.client.history({ resourceType: 'Consent', id: stored.id! })) as unknown as Bundle;
    assert.deepEqual(history.entry?.map((entry) => entry.request?.method), ['DELETE', 'POST']);
  }],
];

const [epj, kommune] = [await party(EPJ), await party(KOMMUNE)];
for (const [name, run] of steps) {
  await run(epj, kommune);
  console.log(`ok - ${name}`);
}
console.log(`fhir-kit-client: ${steps.length} steps passed`);

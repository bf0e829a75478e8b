// Who calls: a client of fhir-kit-client with a token of one of the development personas, and small typed ways to call.

import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js';
import { Client } from 'fhir-kit-client';

/** The persona that is the EPJ of Helse Bergen. */
export const EPJ = 'epj-helse-bergen';
/** The persona that is the IP system of Bergen kommune. */
export const KOMMUNE = 'ip-bergen-kommune';

/** What the server refused with. */
export interface Refusal {
  status: number;
  outcome: OperationOutcome;
}

/** One party and its client. */
export class Party {
  constructor(readonly client: Client) {}

  async create<T extends FhirResource>(resource: T, headers: Record<string, string> = {}): Promise<T> {
    return (await this.client.create({ resourceType: resource.resourceType, body: resource as never, options: { headers } })) as unknown as T;
  }

  async update<T extends FhirResource>(resource: T, headers: Record<string, string> = {}): Promise<T> {
    const { resourceType, id } = resource;
    return (await this.client.update({ resourceType, id: id!, body: resource as never, options: { headers } })) as unknown as T;
  }

  async search<T extends FhirResource>(
    resourceType: string,
    searchParams: Record<string, string | number>,
    options: { postSearch?: boolean } = {},
  ): Promise<Bundle<T>> {
    return (await this.client.resourceSearch({ resourceType, searchParams, options })) as unknown as Bundle<T>;
  }

  /** The HTTP status an answer came with. */
  status(answer: unknown): number {
    return Client.httpFor(answer as never).response!.status;
  }

  /** The ETag an answer came with. */
  etag(answer: unknown): string {
    const version = (answer as FhirResource).meta?.versionId;
    return Client.httpFor(answer as never).response?.headers.get('etag') ?? `W/"${version}"`;
  }
}

/** A persona's client, with a token from the development issuer. `VARDE_URL` is the server's root. */
export async function party(persona: string): Promise<Party> {
  const root = process.env.VARDE_URL ?? 'http://127.0.0.1:8080';
  const answer = await fetch(`${root}/dev/token`, { method: 'POST', body: new URLSearchParams({ client_id: persona }) });
  const { access_token: bearerToken } = (await answer.json()) as { access_token: string };
  return new Party(new Client({ baseUrl: `${root}/fhir`, bearerToken }));
}

/** What a call is refused with; a call that succeeds is an error here. */
export async function refused(call: Promise<unknown>): Promise<Refusal> {
  const answer = await call.then(
    () => undefined,
    (error: { response?: { status: number; data: OperationOutcome } }) => error,
  );
  if (!answer) throw new Error('the call should have been refused, and was not');
  if (!answer.response) throw answer;
  return { status: answer.response.status, outcome: answer.response.data };
}

import { UsageError } from '@nestwatch/common/errors';
import type { Requests } from './requests.ts';
import { type Bucket, findBucket, findOrganisation, makeBucket, sendJson, unlessRefused } from './v2-api.ts';

/** Who needs a token of InfluxDB 2.x, and what may be done with it in both buckets. */
const RIGHTS = { collector: ['read', 'write'], grafana: ['read'] } as const;

export type TokenHolder = keyof typeof RIGHTS;
export const HOLDERS: readonly TokenHolder[] = ['collector', 'grafana'];

interface Authorization {
  readonly id: string;
  readonly token: string;
  readonly description?: string;
  readonly status?: string;
  readonly permissions?: readonly { readonly resource: { readonly id?: string } }[];
}

/** @throws UsageError when the organisation cannot be seen: then no tokens can be made */
export async function organisationId(request: Requests, name: string): Promise<string> {
  const found = await findOrganisation(request, name);
  if (found === 'no such API') throw new UsageError('this server has no tokens for single buckets');
  if (found === 'hidden') {
    throw new UsageError(
      `influx.token may not see organisation ${name}: give an all-access token for this command`,
    );
  }
  return found.id;
}

/** The bucket of a name, made and marked as nestwatch's where it is missing. @throws as makeBucket */
export async function ensureBucket(request: Requests, orgID: string, name: string): Promise<Bucket> {
  return (await findBucket(request, { id: orgID }, name)) ?? (await makeBucket(request, orgID, name));
}

/**
 * A token for some buckets and nothing else. One that was made before is given again, unless it is to be a new one: then
 * the old one ends.
 * @throws UsageError when the configured token may not make tokens
 */
export async function ensureToken(
  request: Requests,
  {
    orgID,
    buckets,
    holder,
    renew,
  }: { orgID: string; buckets: readonly Bucket[]; holder: TokenHolder; renew: boolean },
): Promise<string> {
  const description = `nestwatch, ${holder}: ${buckets.map(({ name }) => name).join(', ')}`;
  const path = `/api/v2/authorizations?orgID=${encodeURIComponent(orgID)}`;
  const listed = (await unlessRefused(request(path, { method: 'GET' }))) as
    | { authorizations?: Authorization[] }
    | 'refused';
  if (listed === 'refused') throw notAllowed();
  const old = (listed.authorizations ?? []).filter((each) => each.description === description);
  const valid = old.find((each) => each.status === 'active' && isFor(each, buckets) && each.token !== '');
  if (valid !== undefined && !renew) return valid.token;
  const permissions = RIGHTS[holder].flatMap((action) =>
    buckets.map(({ id }) => ({ action, resource: { type: 'buckets', id, orgID } })),
  );
  const made = (await unlessRefused(
    sendJson(request, 'POST', '/api/v2/authorizations', { orgID, description, permissions }),
  )) as Authorization | 'refused';
  if (made === 'refused') throw notAllowed();
  for (const { id } of old) await request(`/api/v2/authorizations/${id}`, { method: 'DELETE' });
  return made.token;
}

/** Not of a bucket that was deleted, and made again under its name. */
function isFor({ permissions = [] }: Authorization, buckets: readonly Bucket[]): boolean {
  return buckets.every(({ id }) => permissions.some(({ resource }) => resource.id === id));
}

const notAllowed = () =>
  new UsageError('influx.token may not make tokens: give an all-access token for this command');

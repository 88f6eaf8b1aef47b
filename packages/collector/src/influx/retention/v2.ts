import { defined } from '@nestwatch/common/defined';
import { catalogue } from '@nestwatch/proto';
import { numbersOf } from '../identity.ts';
import { quoteIdentifier } from '../influxql.ts';
import { mappedElsewhere } from '../mapping.ts';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import {
  type Bucket,
  findBucket,
  findOrganisation,
  makeBucket,
  NotAllowedError,
  sendJson,
  unlessMissing,
  unlessRefused,
} from '../v2-api.ts';
import { markedMs, markText } from './mark.ts';
import { decideRetention, isOurMeasurement } from './ownership.ts';
import type { Saying } from './saying.ts';
import { shardMs } from './shards.ts';
import { longName } from './thinning.ts';
import { isTaskOfFirstRelease, isThinningTask, thinningTask } from './thinning-task.ts';

/** What is done for a bucket of InfluxDB 2.x; undefined where there are no buckets. */
export interface SetUp {
  /** Whether there is a bucket for thinned-out points. */
  readonly thins: boolean;
  readonly orgID: string;
}

/** Retention rules and the task of InfluxDB 2.x. Safe to repeat, and to run in several collectors. */
export async function setUpV2(
  store: Store,
  config: RetentionConfig,
  saying: Saying,
): Promise<SetUp | undefined> {
  const { request } = store;
  const organisation = await findOrganisation(request, config['influx.org']);
  const bucket = await findBucket(request, organisation, store.dialect.store);
  if (bucket === undefined) {
    saying.warn('buckets', noBuckets(store));
    return undefined;
  }
  const [task, ...twins] = await findTasks(store, bucket);
  for (const { id } of twins) await removeTask(store, id);
  const isOurs = task !== undefined && isTaskOfFirstRelease(task.flux);
  const keep = (each: Bucket, wantedMs: number) =>
    keepFor(store, each, { wantedMs, adopt: config['retention.adopt'], isOurs }, saying);
  await keep(bucket, config['retention.raw']);
  const long = config['retention.long'] > 0 ? await longBucket(store, bucket, saying) : undefined;
  if (long !== undefined) await keep(long, config['retention.long']);
  await keepTask(store, bucket, { task, long, stepMs: config['retention.step'] }, saying);
  const isPaused = long !== undefined && task?.status === 'inactive';
  saying.warn('paused', isPaused ? PAUSED : undefined);
  return { thins: long !== undefined && !isPaused, orgID: bucket.orgID };
}

/** InfluxDB 3, and others that take writes of 2.x. */
function noBuckets({ serverVersion, dialect }: Store): string {
  return (numbersOf(serverVersion)[0] ?? 0) >= 3
    ? `InfluxDB ${serverVersion} fixes retention when a database is created: "retention.raw" has no effect on the existing ${dialect.store}, and nothing is thinned out`
    : 'this server has no buckets to set a retention for';
}

async function longBucket({ request }: Store, { name, orgID }: Bucket, saying: Saying) {
  const found = await findBucket(request, { id: orgID }, longName(name));
  const wrong = await mappedElsewhere(request, orgID, longName(name), found?.id);
  saying.warn('mapping', wrong === undefined ? undefined : `${wrong}; until then nothing is thinned out`);
  if (wrong !== undefined || found !== undefined) return wrong === undefined ? found : undefined;
  try {
    const made = await makeBucket(request, orgID, longName(name));
    saying.warn(longName(name), undefined);
    return made;
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
    saying.warn(
      longName(name),
      `the token may not create bucket ${longName(name)}: nothing is thinned out, and history ends with the retention of ${name}`,
    );
    return undefined;
  }
}

interface Task {
  readonly id: string;
  readonly flux: string;
  /** "active", or "inactive" when somebody paused it. */
  readonly status?: string;
}

/** The server gives no more. */
const TASKS_AT_ONCE = 500;

const PAUSED =
  'the thinning task is paused: nothing is thinned out until it is active again, and then it catches up';

interface WantedTask {
  readonly task: Task | undefined;
  readonly long: Bucket | undefined;
  readonly stepMs: number;
}

async function keepTask(store: Store, bucket: Bucket, { task, long, stepMs }: WantedTask, saying: Saying) {
  const { request } = store;
  const flux = thinningTask(catalogue, bucket.name, stepMs);
  const change = () => {
    if (long === undefined) {
      return task === undefined ? undefined : request(`/api/v2/tasks/${task.id}`, { method: 'DELETE' });
    }
    if (task === undefined) return sendJson(request, 'POST', '/api/v2/tasks', { orgID: bucket.orgID, flux });
    return task.flux === flux ? undefined : sendJson(request, 'PATCH', `/api/v2/tasks/${task.id}`, { flux });
  };
  const changed = change();
  const refused = changed !== undefined && (await unlessRefused(changed)) === 'refused';
  saying.warn(
    'task',
    refused ? 'the token may not create tasks: without a task, the collector thins out itself' : undefined,
  );
}

interface Wish {
  readonly wantedMs: number;
  readonly adopt: boolean;
  /** Whether it is nestwatch's, even without a mark. */
  readonly isOurs: boolean;
}

async function keepFor(store: Store, bucket: Bucket, wish: Wish, saying: Saying): Promise<void> {
  const keepsMs = (bucket.retentionRules?.[0]?.everySeconds ?? 0) * 1000;
  const mark = markedMs(bucket.description);
  const marked = mark ?? (wish.isOurs ? keepsMs : undefined);
  const kept = { name: bucket.name, keepsMs, markedMs: marked, others: await othersIn(store, bucket.name) };
  const decision = decideRetention(kept, wish.wantedMs, wish.adopt);
  const { setMs, markMs = mark === undefined ? marked : undefined } = decision;
  const refused =
    (setMs !== undefined || markMs !== undefined) &&
    (await change(store, bucket, { setMs, markMs })) === 'refused'
      ? `the token may not set how long bucket ${bucket.name} keeps points`
      : undefined;
  saying.warn(bucket.name, refused ?? decision.warning);
  if (setMs !== undefined && refused === undefined) {
    saying.log.info('retention is set', { bucket: bucket.name, keepsSeconds: Math.round(setMs / 1000) });
  }
}

interface Change {
  readonly setMs: number | undefined;
  readonly markMs: number | undefined;
}

/** @returns "refused" when the token may not */
function change({ request }: Store, { id }: Bucket, { setMs, markMs }: Change): Promise<unknown> {
  const seconds = (ms: number) => Math.round(ms / 1000);
  // Without any rule in it, a change leaves the rule that there is.
  const rules = (ms: number) => [
    { type: 'expire', everySeconds: seconds(ms), shardGroupDurationSeconds: seconds(shardMs(ms)) },
  ];
  const body = defined({
    retentionRules: setMs === undefined ? undefined : rules(setMs),
    description: markMs === undefined ? undefined : markText(markMs),
  });
  return unlessRefused(sendJson(request, 'PATCH', `/api/v2/buckets/${id}`, body));
}

async function othersIn(store: Store, bucket: string): Promise<string[]> {
  const series = await store.query(`SHOW MEASUREMENTS ON ${quoteIdentifier(bucket)}`);
  const names = series.flatMap(({ rows }) => rows.map((row) => String(row['name'])));
  return names.filter((name) => !isOurMeasurement(name));
}

/**
 * The tasks that thin out this bucket, the oldest first, of which collectors that start at once make one each; none when the
 * token may not see tasks.
 */
async function findTasks({ request }: Store, { name, orgID }: Bucket): Promise<Task[]> {
  const ours: Task[] = [];
  const path = `/api/v2/tasks?orgID=${encodeURIComponent(orgID)}&limit=${TASKS_AT_ONCE}`;
  for (let after = ''; ; ) {
    const answer = await unlessRefused(request(path + after, { method: 'GET' }));
    const { tasks = [] } = (answer === 'refused' ? {} : (answer ?? {})) as { tasks?: Task[] };
    ours.push(...tasks.filter(({ flux }) => isThinningTask(flux, name)));
    const last = tasks.at(-1);
    if (last === undefined || tasks.length < TASKS_AT_ONCE) break;
    after = `&after=${last.id}`;
  }
  return ours.sort((a, b) => a.id.localeCompare(b.id));
}

/** Another collector may have removed it already. */
async function removeTask({ request }: Store, id: string): Promise<void> {
  await unlessRefused(unlessMissing(request(`/api/v2/tasks/${id}`, { method: 'DELETE' })));
}

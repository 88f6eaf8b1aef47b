import type { Log } from '@nestwatch/common/log';
import { catalogue } from '@nestwatch/proto';
import type { Requests } from '../requests.ts';
import type { RetentionConfig } from '../settings.ts';
import type { Store } from '../store.ts';
import { type Bucket, findBucket, makeBucket, sendJson } from '../v2-api.ts';
import { longName } from './thinning.ts';
import { TASK_PREFIX, taskName, thinningTask } from './thinning-task.ts';

/**
 * Retention rules and the task of InfluxDB 2.x. Safe to repeat, and to run in several collectors.
 * @returns false where there are no buckets
 */
export async function setUpV2(store: Store, config: RetentionConfig, log: Log): Promise<boolean> {
  const { request } = store;
  const [rawMs, longMs] = [config['retention.raw'], config['retention.long']];
  const orgQuery = `org=${encodeURIComponent(config['influx.org'])}`;
  const bucket = await findBucket(request, orgQuery, store.dialect.store);
  if (bucket === undefined) {
    log.info('this server has no buckets to set a retention for', { version: store.serverVersion });
    return false;
  }
  if (rawMs > 0) await keepFor(request, bucket, rawMs, log);
  const tasks = await ownTasks(request, bucket);
  if (longMs === 0) {
    for (const { id } of tasks) await request(`/api/v2/tasks/${id}`, { method: 'DELETE' });
    return true;
  }
  const name = longName(bucket.name);
  const long = (await findBucket(request, orgQuery, name)) ?? (await makeBucket(request, bucket.orgID, name));
  await keepFor(request, long, longMs, log);
  const flux = thinningTask(catalogue, bucket.name, config['retention.step']);
  const [task] = tasks;
  if (task === undefined) await sendJson(request, 'POST', '/api/v2/tasks', { orgID: bucket.orgID, flux });
  else if (task.flux !== flux) await sendJson(request, 'PATCH', `/api/v2/tasks/${task.id}`, { flux });
  return true;
}

async function keepFor(request: Requests, bucket: Bucket, ms: number, log: Log): Promise<void> {
  const everySeconds = Math.round(ms / 1000);
  if (bucket.retentionRules?.[0]?.everySeconds === everySeconds) return;
  const retentionRules = [{ type: 'expire', everySeconds }];
  await sendJson(request, 'PATCH', `/api/v2/buckets/${bucket.id}`, { retentionRules });
  log.info('retention is set', { bucket: bucket.name, keepsSeconds: everySeconds });
}

async function ownTasks(request: Requests, bucket: Bucket) {
  const query = `orgID=${encodeURIComponent(bucket.orgID)}&name=${encodeURIComponent(taskName(bucket.name))}`;
  const answer = await request(`/api/v2/tasks?${query}`, { method: 'GET' });
  const { tasks = [] } = (answer ?? {}) as { tasks?: { id: string; name: string; flux: string }[] };
  return tasks.filter(({ name }) => name.startsWith(TASK_PREFIX));
}

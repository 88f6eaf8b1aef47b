import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { loadConfig } from '@nestwatch/common/config/load';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { createLog } from '@nestwatch/common/log';
import { setUpRetention } from '../influx/retention/retention.ts';
import { createSaying } from '../influx/retention/saying.ts';
import { longName } from '../influx/retention/thinning.ts';
import { retentionSettings } from '../influx/settings.ts';
import { openStore } from '../influx/store.ts';
import { ensureBucket, ensureToken, HOLDERS, organisationId } from '../influx/tokens.ts';
import { textOption, type UserSchema } from './settings.ts';

/**
 * `nestwatch influx-tokens`: makes, with an all-access token, what a collector and Grafana need of InfluxDB 2.x: both
 * buckets with their retention, the task that thins out, and a token for each with no more than its rights. Run again it
 * changes nothing.
 */
export async function influxTokens(context: CommandContext<UserSchema>): Promise<number> {
  const { config, options, env, stdout, stderr } = context;
  const folder = textOption(context, 'folder');
  if (config['influx.token'] === '')
    throw new UsageError('set influx.token to an all-access token for this command');
  const store = await openStore(config);
  if (store.dialect.api !== 'v2') {
    throw new UsageError(
      `${store.serverVersion === '' ? 'this server' : `InfluxDB ${store.serverVersion}`} has no tokens: make users there, and set influx.username`,
    );
  }
  const { request } = store;
  const name = store.dialect.store;
  const orgID = await organisationId(request, config['influx.org']);
  const buckets = [
    await ensureBucket(request, orgID, name),
    await ensureBucket(request, orgID, longName(name)),
  ];
  const log = createLog({ level: 'info', format: 'text', write: (line) => void stderr.write(line) });
  const retention = {
    ...loadConfig(retentionSettings, { env, flags: {} }),
    'influx.org': config['influx.org'],
  };
  await setUpRetention(store, retention, createSaying(log), Date.now() * 1000);
  const tokens: Record<string, string> = {};
  for (const holder of HOLDERS) {
    tokens[holder] = await ensureToken(request, { orgID, buckets, holder, renew: options['renew'] === true });
  }
  if (folder !== undefined) {
    for (const [holder, token] of Object.entries(tokens)) writeSecret(folder, `${holder}.token`, token);
    stderr.write(`wrote ${HOLDERS.map((holder) => join(folder, `${holder}.token`)).join(' and ')}\n`);
  } else if (options['json']) stdout.write(`${JSON.stringify(tokens, null, 2)}\n`);
  else for (const [holder, token] of Object.entries(tokens)) stdout.write(`${holder} ${token}\n`);
  return EXIT.ok;
}

/** @throws UsageError naming the file */
function writeSecret(folder: string, name: string, secret: string): void {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

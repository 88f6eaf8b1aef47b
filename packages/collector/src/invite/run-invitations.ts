import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import type { Store } from '../influx/store.ts';
import { createGuesses } from './guesses.ts';
import type { Invitations } from './invitations.ts';
import { listen } from './listener.ts';
import { createNonces } from './nonce.ts';
import { createReportReader } from './report-of.ts';
import { createPackageServer } from './serve-package.ts';
import type { ScriptConfig } from './serve-script.ts';
import { createStaging } from './staged/stage.ts';
import type { Upgrades } from './upgrades.ts';

export interface InvitationsOptions {
  readonly config: ScriptConfig;
  readonly invitations: Invitations;
  readonly upgrades: Upgrades;
  readonly store: Pick<Store, 'query'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Serves invitations until the signal is aborted, where `invite.host` is set. An address that this machine does not have
 * yet, as that of a bridge before its first guest, is waited for.
 */
export async function runInvitations(options: InvitationsOptions, signal: AbortSignal): Promise<void> {
  const { config, invitations, upgrades, store, clock, log } = options;
  const [host, port] = [config['invite.host'], config['invite.port']];
  if (host === '') return;
  const nowMs = () => clock.monoUs() / 1000;
  const wait = (ms: number) => pause(ms, signal);
  const folders = { staged: config['invite.staged'], outcomes: config['invite.outcomes'] };
  const served = {
    ...{ config, invitations, upgrades, log },
    nonces: createNonces(nowMs),
    guesses: createGuesses(nowMs, wait),
    staging: createStaging(folders, wait),
    reportOf: createReportReader(store, nowMs),
    servePackage: createPackageServer(config['invite.packages']),
  };
  const server = await retryUntil(() => listen(host, port, served, log), {
    ...{ clock, log, signal },
    failing: `cannot serve invitations at ${host} port ${port}`,
    eachReason: true,
  });
  if (server === undefined) return;
  log.info('serving invitations', { host, port: server.port });
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await server.close();
}

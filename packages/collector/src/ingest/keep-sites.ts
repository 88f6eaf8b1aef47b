import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pause } from '@nestwatch/common/backoff';
import type { Log } from '@nestwatch/common/log';
import { retryUntil } from '@nestwatch/common/retry';
import { siteStream } from '@nestwatch/proto';
import { ensureStream, reportStream } from './provision.ts';
import type { IngestConfig } from './settings.ts';

/** A site whose server came up with an empty store gets its stream back within this. */
const LOOK_EVERY_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** This many times what the collectors' own stream keeps of a node. */
const SITE_MESSAGES = 20;

export interface KeepSitesOptions {
  readonly connection: NatsConnection;
  readonly config: IngestConfig;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that each site that keeps messages has the stream for them, over the line to it, until the signal is aborted.
 * A site that is away is waited for, and said once.
 */
export async function keepSites(options: KeepSitesOptions): Promise<void> {
  await Promise.all(options.config['stream.sites'].map((site) => keepSite(site, options)));
}

/** A site's stream has more room for each node: it keeps what comes while the line to it is cut. */
function siteStreamOf(config: IngestConfig): Partial<StreamConfig> {
  return { ...reportStream(config), max_msgs_per_subject: config['stream.node-messages'] * SITE_MESSAGES };
}

async function keepSite(site: string, { connection, config, log, signal }: KeepSitesOptions): Promise<void> {
  const name = siteStream(site);
  while (!signal.aborted) {
    await retryUntil(
      async () => {
        const api = { domain: site, checkAPI: false, timeout: TIMEOUT_MS };
        await ensureStream(await jetstreamManager(connection, api), { ...siteStreamOf(config), name });
      },
      {
        signal,
        log,
        maxMs: 30_000,
        failing: `cannot reach site ${site}, retrying`,
        working: `reached site ${site}`,
      },
    );
    await pause(LOOK_EVERY_MS, signal);
  }
}

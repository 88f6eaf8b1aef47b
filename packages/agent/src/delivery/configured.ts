import { join } from 'node:path';
import { type Outbox, type OutboxOptions, openOutbox } from './outbox.ts';
import type { OutboxConfig } from './settings.ts';

/** The outbox in the agent's folder, within the limits of the settings. */
export function openConfiguredOutbox(
  config: OutboxConfig,
  options: Pick<OutboxOptions, 'runId' | 'clock' | 'log'> & { stateDir: string },
): Promise<Outbox> {
  const { stateDir, ...rest } = options;
  return openOutbox({
    ...rest,
    dir: join(stateDir, 'outbox'),
    maxBytes: config['outbox.max-bytes'],
    maxAgeMs: config['outbox.max-age'],
    syncAfterMs: config['outbox.sync-after'],
  });
}

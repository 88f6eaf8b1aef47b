import { existsSync } from 'node:fs';
import { natsSettings } from '@nestwatch/common/config/connection';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { RECORD } from '../setup/record.ts';

/**
 * Runs something that needs NATS and a collector. Where it fails and nothing was ever configured, the error says how to begin.
 * @throws as `ask`
 */
export async function withSetupHint<T>(natsUrl: string, ask: () => Promise<T>, record = RECORD): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isConfigured = natsUrl !== natsSettings['nats.url'].default || existsSync(record);
    if (isConfigured || !(error instanceof UsageError)) throw error;
    const hint = '"nestwatch setup" installs NATS, InfluxDB and the collector on this machine';
    throw new UsageError(`${messageOf(error)}. If this machine is not set up yet: ${hint}`, { cause: error });
  }
}

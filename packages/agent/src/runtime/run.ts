import { systemClock } from '@nestwatch/common/clock';
import { VERSION } from '@nestwatch/common/version';
import { bootstrap } from './bootstrap.ts';
import type { AgentOptions } from './make-messages.ts';

/**
 * The agent from start to stop. It has started when nothing of this machine can keep it from working any more; what
 * makes and carries messages is loaded after that.
 * @throws UsageError when the settings cannot work on this machine.
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { config, log } = options;
  const bootstrapped = await bootstrap(config, systemClock, log);
  const { node, name, runId } = bootstrapped;
  log.info('agent started', { version: VERSION, lab: config.lab, node, name, runId });
  const { makeMessages } = await import('./make-messages.ts');
  await makeMessages(bootstrapped, { ...options, clock: systemClock });
  log.info('agent stopped');
}

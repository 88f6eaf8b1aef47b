import { systemClock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { VERSION } from '@nestwatch/common/version';
import { bootstrap } from './bootstrap.ts';
import type { AgentConfig } from './config/schema.ts';

export interface AgentOptions {
  config: AgentConfig;
  log: Log;
  /** Ends the agent, gracefully. */
  signal: AbortSignal;
  /** The agent's own program, started again for what needs a process of its own. */
  program: string;
}

/**
 * The agent from start to stop. It has started when nothing of this machine can keep it from working any more; what
 * makes and carries reports is loaded after that.
 * @throws UsageError when the settings cannot work on this machine.
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { config, log } = options;
  const bootstrapped = await bootstrap(config, systemClock, log);
  const { node, name, boot } = bootstrapped;
  log.info('agent started', { version: VERSION, lab: config.lab, node, name, boot });
  const { report } = await import('./make-messages.ts');
  await report(bootstrapped, { ...options, clock: systemClock });
  log.info('agent stopped');
}

import { VERSION } from '@nestwatch/common/version';
import { type AgentOptions, bootstrap } from './bootstrap.ts';

/**
 * The agent from start to stop. It has started when nothing of this machine can keep it from working any more; what
 * makes and carries messages is loaded after that.
 * @throws UsageError when the settings cannot work on this machine.
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const agent = await bootstrap(options);
  const { lab, node, name, runId, log } = agent;
  log.info('agent started', { version: VERSION, lab, node, name, runId });
  const { makeMessages } = await import('./make-messages.ts');
  await makeMessages(agent);
  log.info('agent stopped');
}

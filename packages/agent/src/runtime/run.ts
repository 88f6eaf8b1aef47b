import { setMaxListeners } from 'node:events';
import { linkSignals } from '@nestwatch/common/link-signals';
import { VERSION } from '@nestwatch/common/version';
import { type AgentOptions, bootstrap } from './bootstrap.ts';
import type { Suspension } from './suspension.ts';

/**
 * The agent from start to stop. It is one run, but for when it is suspended: then the run ends as it does at the end, and
 * another one begins when the process goes on, which may be in a copy of this machine.
 * @throws UsageError when the settings cannot work on this machine.
 */
export async function runAgent(options: Omit<AgentOptions, 'isResumed'>, suspension: Suspension) {
  const { log, signal } = options;
  for (let isResumed = false; ; isResumed = true) {
    const ends = linkSignals([signal, suspension.wanted]);
    setMaxListeners(0, ends.signal);
    await oneRun({ ...options, signal: ends.signal, isResumed }).finally(ends.release);
    if (signal.aborted) return;
    log.info('agent stopped until it is continued by SIGCONT');
    await suspension.stop();
    if (signal.aborted) return;
  }
}

/** It has started when nothing of this machine can keep it from working any more; what makes and carries messages is loaded after that. */
async function oneRun(options: AgentOptions): Promise<void> {
  const agent = await bootstrap(options);
  const { lab, node, name, runId, log } = agent;
  log.info(options.isResumed ? 'agent resumed' : 'agent started', {
    version: VERSION,
    lab,
    node,
    name,
    runId,
  });
  const { makeMessages } = await import('./make-messages.ts');
  await makeMessages(agent);
  log.info('agent stopped');
}

import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import { VERSION } from '@nestwatch/common/version';
import { inboxPrefix, v1 } from '@nestwatch/proto';
import { createFileHost } from '../host/file-host.ts';
import type { Bootstrapped } from './bootstrap.ts';
import { openEarlyMessages } from './clock-sync/early-messages.ts';
import type { AgentConfig } from './config/schema.ts';
import { createHeaderMaker } from './header.ts';
import { makeCapability } from './make-capability.ts';
import { makeSamples } from './make-samples.ts';
import { startDelivery } from './start-delivery.ts';

export interface AgentOptions {
  config: AgentConfig;
  log: Log;
  /** Ends the agent, gracefully. */
  signal: AbortSignal;
  /** The agent's own program, started again for what needs a process of its own. */
  program: string;
}

const LAST_WORDS_LIMIT_MS = 3000;

/**
 * Samples, capability, benchmarks and events until the signal is aborted, made whether NATS is there or not. What
 * makes them is loaded by and by, so that the first words of the agent are not held up.
 */
export async function makeMessages(
  bootstrapped: Bootstrapped,
  options: AgentOptions & { clock: Clock },
): Promise<void> {
  const { access, kernelHost, stateDir, node, name, runId, newRunId, labClock, outbox } = bootstrapped;
  const { config, log, signal, program, clock } = options;
  const early = openEarlyMessages(stateDir, log);
  const header = createHeaderMaker({
    lab: config.lab,
    node,
    name,
    runId,
    intervalMs: config.interval,
    clock,
    labClock,
  });
  const { messenger, sender, held } = startDelivery({
    config,
    outbox,
    node,
    runId,
    header,
    newRunId,
    clock,
    log,
    complete: early.complete,
  });
  messenger.event({ kind: v1.Event.Kind.AGENT_STARTED, text: `agent ${VERSION} started on ${name}`, held });

  const sending = new AbortController();
  const { connectNats } = await import('@nestwatch/common/nats/connect');
  const connected = connectNats({
    url: config['nats.url'],
    access,
    name: `nestwatch-agent ${node}`,
    log,
    signal: sending.signal,
    inboxPrefix: inboxPrefix(config.lab, node),
  });
  const sent = connected.then(async (connection) => {
    if (connection === undefined) return;
    const { startSync } = await import('./clock-sync/start-sync.ts');
    await startSync(connection, {
      lab: config.lab,
      node,
      runId,
      clock,
      labClock,
      log,
      intervalMs: config['clock.interval'],
      event: messenger.event,
      fix: (estimate) => early.fix(runId, estimate),
      signal: sending.signal,
    });
    await sender.run(connection, sending.signal);
  });
  const { startBenchmarks } = await import('../rounds/start-benchmarks.ts');
  const benchmarks = await startBenchmarks({
    lab: config.lab,
    node,
    name,
    config,
    clock,
    log,
    signal,
    program,
    stateDir,
    connected,
    host: createFileHost(config['host.root']),
    estimate: labClock.estimate,
    position: labClock.position,
    publish: messenger.benchmark,
  });
  const atStart = config['benchmarks.at-start'];
  await Promise.all([
    makeSamples({ config, host: kernelHost, clock, log, messenger, signal }),
    makeCapability({ config, host: kernelHost, clock, program, messenger, signal, labClock, log, stateDir }),
    atStart.length === 0 ? undefined : benchmarks.runNow(atStart, 'tiny'),
    benchmarks.stopped,
  ]);

  messenger.event({ kind: v1.Event.Kind.AGENT_STOPPED, text: `agent stopped on ${name}` });
  if (!(await sender.drained(LAST_WORDS_LIMIT_MS))) {
    log.info('some messages wait in the outbox: the next start sends them');
  }
  sending.abort();
  await sent;
  await (await connected)?.close();
  await outbox.close();
}

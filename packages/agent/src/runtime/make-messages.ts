import { createLatch } from '@nestwatch/common/latch';
import { saying } from '@nestwatch/common/log';
import { createSharedAccountWarning, warnOfSharedLogin } from '@nestwatch/common/nats/kept-apart';
import { VERSION } from '@nestwatch/common/version';
import { inboxPrefix, v1 } from '@nestwatch/proto';
import { createFileHost } from '../host/file-host.ts';
import { createCanaryCalls } from '../rounds/canary/calls.ts';
import { reportAttempt } from '../upgrade/report-attempt.ts';
import type { Agent } from './bootstrap.ts';
import { openEarlyMessages } from './clock-sync/early-messages.ts';
import { makeCapability } from './make-capability.ts';
import { makeSamples } from './make-samples.ts';
import { startDelivery } from './start-delivery.ts';
import { createExitTracer } from './trace-when-wanted.ts';
import { createUpgrader } from './upgrade-when-offered.ts';

const LAST_WORDS_LIMIT_MS = 3000;
const RESUMED = 'resumed: it was saved and restored, or its agent was stopped and continued';

/**
 * Samples, capability, benchmarks and events until the signal is aborted, made whether NATS is there or not. What
 * makes them is loaded by and by, so that the first words of the agent are not held up.
 */
export async function makeMessages(agent: Agent): Promise<void> {
  const { config, access, stateDir, lab, node, name, runId, labClock, outbox, log, isResumed } = agent;
  const early = openEarlyMessages(stateDir, log);
  const canaryCalls = createCanaryCalls();
  const { messenger, sender, writer, held } = startDelivery({
    ...agent,
    complete: early.complete,
    onRolledBack: () => canaryCalls.call('restored or copied'),
  });
  messenger.event({ kind: v1.Event.Kind.AGENT_STARTED, text: `agent ${VERSION} started on ${name}`, held });
  if (isResumed) {
    messenger.event({ kind: v1.Event.Kind.RESUMED, text: `${name} ${RESUMED}` });
    canaryCalls.call('resumed');
  }

  const sending = new AbortController();
  if (config.upgrade === 'allowed') {
    const attempt = [config['packages.helper'], stateDir, VERSION] as const;
    reportAttempt(...attempt, writer.freed, sending.signal).catch(
      saying(log.warn, 'an upgrade cannot be confirmed'),
    );
  }
  const saidApart = warnOfSharedLogin(config, log);
  const { connectNats } = await import('@nestwatch/common/nats/connect');
  const connected = connectNats({
    url: config['nats.url'],
    access,
    name: `nestwatch-agent ${node}`,
    log,
    signal: sending.signal,
    inboxPrefix: inboxPrefix(lab, node),
  });
  const sent = connected.then(async (connection) => {
    if (connection === undefined) return;
    const { startSync } = await import('./clock-sync/keep-synced.ts');
    await startSync(connection, {
      ...agent,
      intervalMs: config['clock.interval'],
      event: messenger.event,
      onKeptApart: saidApart ? () => undefined : createSharedAccountWarning(log),
      onFirst: (estimate) => early.fix(runId, estimate),
      onExitsWanted: createExitTracer(agent, messenger),
      onUpgradeOffered: createUpgrader(agent, messenger),
      signal: sending.signal,
    });
    const { watchEndings } = await import('@nestwatch/common/nats/watch-endings');
    const onEnding = (text: string) => messenger.event({ kind: v1.Event.Kind.CREDENTIALS_END, text });
    void watchEndings(access.endings, { ...agent, signal: sending.signal, onEnding });
    await sender.run(connection, sending.signal);
  });
  const { startBenchmarks } = await import('../rounds/start-benchmarks.ts');
  const benchmarks = await startBenchmarks({
    ...agent,
    connected,
    host: createFileHost(config['host.root']),
    estimate: labClock.estimate,
    position: labClock.position,
    publish: messenger.benchmark,
    canaryCalls,
  });
  const atStart = config['benchmarks.at-start'];
  const sampled = createLatch();
  await Promise.all([
    makeSamples(agent, messenger, canaryCalls, sampled.wake),
    makeCapability(agent, messenger, canaryCalls, sampled),
    atStart.length === 0 ? undefined : benchmarks.runAtStart(atStart, 'tiny', isResumed),
    benchmarks.stopped,
  ]);

  messenger.event({ kind: v1.Event.Kind.AGENT_STOPPED, text: `agent stopped on ${name}` });
  if (!(await sender.drained(LAST_WORDS_LIMIT_MS))) {
    log.info('some messages stay in the outbox until the next start');
  }
  sending.abort();
  await sent;
  await (await connected)?.close();
  await outbox.close();
}

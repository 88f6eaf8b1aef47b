import { messageOf } from '@nestwatch/common/errors';
import { type ExitTraceShape, v1 } from '@nestwatch/proto';
import type { TraceAnswer } from '../exits/parse-answer.ts';
import type { AskedBy } from '../exits/shape.ts';
import type { ExitTrace } from '../exits/trace.ts';
import { type Missing, valueIn } from '../host/host.ts';
import type { Agent } from './bootstrap.ts';
import type { Messenger } from './messenger.ts';

const { Status } = v1.ProbeOutcome;
const STATUS = { absent: Status.ABSENT, denied: Status.DENIED, unknown: Status.FAILED } as const;

type TracerAgent = Pick<Agent, 'kernelHost' | 'stateDir' | 'program' | 'signal' | 'log' | 'clock'> & {
  readonly config: Pick<Agent['config'], 'exits.enabled' | 'exits.every'>;
};

/** Told when why guests exit was last asked for, by the collectors' clock: it traces once for each, not too often. */
type ExitTracer = (wantedUs: number, byAlert: boolean) => void;

/**
 * Makes what traces exits when that is wanted, and sends what it finds or why it finds nothing. A moment that the
 * collectors name is all that comes in: how long, how often and whether at all is this node's to say.
 * @param trace traces elsewhere than in the agent
 */
export function createExitTracer(
  agent: TracerAgent,
  messenger: Pick<Messenger, 'sample'>,
  trace: (agent: TracerAgent) => Promise<TraceAnswer> = traceNow,
): ExitTracer {
  const { config, clock, signal, log } = agent;
  let doneUs = 0;
  let lastMonoUs = Number.NEGATIVE_INFINITY;
  let running = false;

  async function run(askedBy: AskedBy): Promise<void> {
    const found = await trace(agent);
    if (signal.aborted) return;
    if (found.state !== 'known') return tell(found);
    const shape = await shapeOf(agent, found.value, askedBy);
    if (shape === undefined) return tell({ state: 'absent', reason: 'no known guest exited' });
    messenger.sample({ exitTrace: shape, probes: [outcome(Status.OK, '')] });
    log.info('traced exits', { asked: askedBy, guests: shape.guests?.length });
  }

  function tell({ state, reason }: Missing): void {
    messenger.sample({ probes: [outcome(STATUS[state], reason)] });
    log.info(`cannot trace exits: ${state}`, { reason });
  }

  return (wantedUs, byAlert) => {
    const nowUs = clock.monoUs();
    const isTooSoon = nowUs - lastMonoUs < config['exits.every'] * 1000;
    if (!config['exits.enabled'] || running || wantedUs === doneUs || isTooSoon || signal.aborted) return;
    doneUs = wantedUs;
    lastMonoUs = nowUs;
    running = true;
    run(byAlert ? 'alert' : 'operator')
      .catch((error: unknown) => log.warn('cannot trace exits', { error: messageOf(error) }))
      .finally(() => {
        running = false;
      });
  };
}

const outcome = (status: (typeof Status)[keyof typeof Status], reason: string) => ({
  probe: 'exit-trace',
  status,
  reason,
  durationUs: 0,
});

async function traceNow({ kernelHost: host, stateDir, program, signal }: TracerAgent): Promise<TraceAnswer> {
  const { traceElsewhere } = await import('../exits/trace-elsewhere.ts');
  return traceElsewhere({ host, stateDir, program, signal });
}

async function shapeOf(
  { kernelHost, clock }: TracerAgent,
  found: ExitTrace,
  askedBy: AskedBy,
): Promise<ExitTraceShape | undefined> {
  const [{ shapeTrace }, { createGuestFinder }] = await Promise.all([
    import('../exits/shape.ts'),
    import('../guests/guest-finder.ts'),
  ]);
  const guests = valueIn(await createGuestFinder(kernelHost, clock).find()) ?? [];
  return shapeTrace(found, guests, askedBy);
}

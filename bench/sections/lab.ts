import { join } from 'node:path';
import type { AgentCost } from '../../deploy/lab/agent-cost.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { runLabProgram } from '../../test/lab/lab-program.ts';
import type { Figure } from '../figure.ts';
import type { Section } from '../section.ts';

const LAYERS = 4;
const DEEPEST = `guest${LAYERS - 1}`;
const PAIRS = 4;
/** The agents' default, by the lab's slow clock. */
const INTERVAL = '10s';
const BOOT_LIMIT_MS = 20 * 60_000;

/**
 * What the agent costs the deepest of four real layers: none can spare less. From turn to turn its throughput differs
 * by a tenth for its hosts' sake, so what decides is the CPU that SHA-256 has to wait for.
 */
export const labSection: Section = {
  name: 'lab',
  meaning: 'SHA-256 in guest3 of an emulated cascade with and without the agent',
  long: true,
  async run({ dir, quick, signal, log }) {
    const flags = ['--data-dir', join(dir, 'lab'), '--interval', INTERVAL];
    const startedMs = performance.now();
    const lab = runLabProgram(['run', ...flags, '--layers', String(LAYERS)]);
    try {
      await waitUntil(() => lab.stdout().includes(DEEPEST), {
        what: 'the table of the lab',
        child: lab.child,
        tail: lab.stderr,
        limitMs: BOOT_LIMIT_MS,
        signal,
      });
      const bootSeconds = (performance.now() - startedMs) / 1000;
      log.info('the lab is up', { seconds: Math.round(bootSeconds) });
      const order = runLabProgram(['cost', DEEPEST, String(quick ? 2 : PAIRS), '--json', ...flags]);
      const stop = () => order.child.kill();
      signal.addEventListener('abort', stop, { once: true });
      const code = await order.ended;
      signal.removeEventListener('abort', stop);
      if (code !== 0) throw new Error(order.stderr());
      return { figures: figuresOf(JSON.parse(order.stdout()) as AgentCost, bootSeconds), absent: [] };
    } finally {
      lab.child.kill('SIGINT');
      await lab.ended;
    }
  },
};

function figuresOf(cost: AgentCost, bootSeconds: number): Figure[] {
  return [
    {
      id: 'lab.taken',
      what: `CPU that is taken from SHA-256 in ${DEEPEST} with the agent, beyond what is without it`,
      unit: 'percent',
      values: cost.takenPercent,
      budget: { atMost: 1 },
    },
    {
      id: 'lab.sha256',
      what: `longer that SHA-256 takes there with the agent, by a throughput that its hosts make uneven`,
      unit: 'percent',
      values: cost.slowerPercent,
    },
    {
      id: 'lab.agent-cpu',
      what: `CPU that the agent itself uses in ${DEEPEST}, share of one core`,
      unit: 'percent',
      values: [cost.agentCpuPercent],
    },
    {
      id: 'lab.boot',
      what: `from start to the table of ${LAYERS} layers, at one sample every ${INTERVAL}`,
      unit: 'seconds',
      values: [bootSeconds],
    },
  ];
}

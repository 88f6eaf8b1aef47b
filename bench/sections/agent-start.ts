import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import type { Figure } from '../figure.ts';
import type { Section } from '../section.ts';

/** The start of the agent in turns with that of an empty Node program. */
export const agentStartSection: Section = {
  name: 'agent-start',
  meaning: 'cold start of the agent, against that of an empty Node program',
  async run({ dist, dir, quick, signal, log }) {
    const agent = join(dist, 'nestwatch-agent.mjs');
    const [empty, version, started]: number[][] = [[], [], []];
    for (let turn = 0; turn < (quick ? 5 : 15) && !signal.aborted; turn += 1) {
      empty?.push(await timeToEnd(['-e', '0']));
      version?.push(await timeToEnd([...AGENT_NODE_FLAGS, agent, '--version']));
      const state = join(dir, `state${turn}`);
      mkdirSync(state, { recursive: true });
      // Nothing listens there: what is timed is ours alone.
      const flags = [
        '--state-dir',
        state,
        '--nats-url',
        'nats://127.0.0.1:1',
        '--inventory-enabled',
        'false',
      ];
      started?.push(
        await timeToLine([...AGENT_NODE_FLAGS, agent, 'run', '--lab', 'bench', ...flags], 'agent started'),
      );
    }
    log.info('starts were timed', { runs: empty?.length ?? 0 });
    return {
      figures: figuresOf(empty ?? [], version ?? [], started ?? [], statSync(agent).size),
      absent: [],
    };
  },
};

function figuresOf(empty: number[], version: number[], started: number[], bundleBytes: number): Figure[] {
  const ofEmpty = (times: readonly number[]) => times.map((ms, at) => ms / (empty[at] ?? Number.NaN));
  return [
    {
      id: 'agent-start.run',
      what: 'start until the agent says that it runs, of `node -e 0`',
      unit: 'ratio',
      values: ofEmpty(started),
      budget: { atMost: 2 },
      guarded: true,
      worse: 'higher',
    },
    {
      id: 'agent-start.version',
      what: '`nestwatch-agent --version`, of `node -e 0`',
      unit: 'ratio',
      values: ofEmpty(version),
      guarded: true,
      worse: 'higher',
    },
    {
      id: 'agent-start.run-ms',
      what: 'start until the agent says that it runs',
      unit: 'ms',
      values: started,
    },
    { id: 'agent-start.empty-ms', what: '`node -e 0`', unit: 'ms', values: empty },
    {
      id: 'agent-start.bundle',
      what: 'size of nestwatch-agent.mjs',
      unit: 'bytes',
      values: [bundleBytes],
      budget: { atMost: 1.25 * 1024 ** 2 },
    },
  ];
}

async function timeToEnd(args: readonly string[]): Promise<number> {
  const startMs = performance.now();
  await ended(spawn(process.execPath, args, { stdio: 'ignore' }));
  return performance.now() - startMs;
}

async function timeToLine(args: readonly string[], line: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let [said, atMs] = ['', Number.NaN];
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
    if (Number.isNaN(atMs) && said.includes(line)) {
      atMs = performance.now() - startMs;
      child.kill('SIGKILL');
    }
  });
  await ended(child);
  if (Number.isNaN(atMs)) throw new Error(`the agent did not start: ${said}`);
  return atMs;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

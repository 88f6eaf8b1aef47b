import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '@nestwatch/testkit/random';
import type { FaultLab } from './fault-lab.ts';

/** Something that goes wrong for a while. */
export interface Fault {
  name: string;
  happen(lab: FaultLab, random: () => number, forMs: number): Promise<void>;
}

export const kill = (child: ChildProcess) => end(child, 'SIGKILL');

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

async function pauseProcess(child: ChildProcess, forMs: number): Promise<void> {
  child.kill('SIGSTOP');
  await sleep(forMs);
  child.kill('SIGCONT');
}

export const faults: readonly Fault[] = [
  {
    name: 'NATS killed',
    async happen(lab, _, forMs) {
      await kill(lab.nats);
      await sleep(forMs);
      await lab.restartNats();
    },
  },
  { name: 'NATS stopped', happen: (lab, _, forMs) => pauseProcess(lab.nats, forMs) },
  {
    name: 'JetStream store deleted',
    async happen(lab, _, forMs) {
      await kill(lab.nats);
      lab.deleteStore();
      await sleep(forMs / 2);
      await lab.restartNats();
    },
  },
  {
    name: 'JetStream store truncated',
    async happen(lab, random, forMs) {
      await kill(lab.nats);
      lab.truncateStore(random);
      await sleep(forMs / 2);
      await lab.restartNats();
    },
  },
  {
    // Its index is written then, and remembers what the blocks have no more.
    name: 'JetStream store truncated after an orderly stop',
    async happen(lab, random, forMs) {
      await end(lab.nats, 'SIGTERM');
      lab.truncateStore(random);
      await sleep(forMs / 2);
      await lab.restartNats();
    },
  },
  {
    name: 'InfluxDB killed',
    async happen(lab, _, forMs) {
      await kill(lab.influx);
      await sleep(forMs);
      await lab.restartInflux();
    },
  },
  { name: 'InfluxDB stopped', happen: (lab, _, forMs) => pauseProcess(lab.influx, forMs) },
  {
    name: 'collector killed',
    async happen(lab, random, forMs) {
      const at = Math.floor(random() * lab.collectors.length);
      const collector = lab.collectors[at];
      if (collector === undefined) return;
      await kill(collector.child);
      await sleep(forMs);
      await lab.restartCollector(at);
    },
  },
  {
    name: 'collector stopped',
    happen: (lab, random, forMs) => pauseProcess(pick(random, lab.collectors).child, forMs),
  },
  {
    name: 'agent killed',
    async happen(lab, random, forMs) {
      const agent = pick(random, lab.agents);
      await kill(agent.child);
      await sleep(forMs / 4);
      lab.restartAgent(agent);
    },
  },
  {
    name: 'agent stopped',
    happen: (lab, random, forMs) => pauseProcess(pick(random, lab.agents).child, forMs),
  },
  {
    name: 'agent cut off',
    async happen(lab, random, forMs) {
      const { relay } = pick(random, lab.agents);
      await relay.cut();
      await sleep(forMs);
      await relay.mend();
    },
  },
];

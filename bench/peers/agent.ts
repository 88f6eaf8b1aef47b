import { join } from 'node:path';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';
import type { Peer } from './peer.ts';

/** Our agent as it runs in a lab: everything on, but without benchmarks, which have a schedule of their own. */
export function nestwatchAgent(dist: string, natsUrl: string): Peer {
  return {
    id: 'agent',
    what: 'nestwatch-agent',
    async start({ processes, dir, intervalMs }) {
      const flags = {
        lab: 'bench',
        node: 'bench',
        layer: '0',
        'state-dir': join(dir, 'agent'),
        'nats-url': natsUrl,
        interval: `${intervalMs}ms`,
        'log-level': 'warn',
        'benchmarks-enabled': 'false',
      };
      const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
      const program = [...AGENT_NODE_FLAGS, join(dist, 'nestwatch-agent.mjs'), 'run', ...args];
      const child = processes.start('agent', process.execPath, program, { env: AGENT_NODE_ENV });
      return { pids: () => [child.pid ?? 0] };
    },
  };
}

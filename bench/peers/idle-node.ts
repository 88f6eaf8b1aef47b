import type { Peer } from './peer.ts';

/** The least that a Node program can be: it wakes up once a second and does nothing. */
export const idleNode: Peer = {
  id: 'idle-node',
  what: "node -e 'setInterval(()=>{},1e3)'",
  async start({ processes }) {
    const child = processes.start('idle-node', process.execPath, ['-e', 'setInterval(()=>{},1e3)']);
    return { pids: () => [child.pid ?? 0] };
  },
};

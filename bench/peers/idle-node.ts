import type { Peer } from './peer.ts';

/** The least that a Node program can be: it waits. */
export const idleNode: Peer = {
  id: 'idle-node',
  what: "node -e 'setInterval(()=>{},1e6)'",
  async start({ processes }) {
    const child = processes.start('idle-node', process.execPath, ['-e', 'setInterval(()=>{},1e6)']);
    return { pids: () => [child.pid ?? 0] };
  },
};

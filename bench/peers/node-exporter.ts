import { freePort } from '../../deploy/local/ports.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import type { Peer } from './peer.ts';

/** Debian's prometheus-node-exporter with its default collectors, scraped at the interval. */
export const nodeExporter: Peer = {
  id: 'node-exporter',
  what: 'prometheus-node-exporter, scraped',
  async start({ processes }) {
    const binary = findTool({ command: 'prometheus-node-exporter' });
    if (binary === undefined) return { absent: 'apt-get install prometheus-node-exporter' };
    const port = await freePort();
    const child = processes.start('node-exporter', binary, [`--web.listen-address=127.0.0.1:${port}`]);
    const ask = async () => {
      await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    };
    const answers = () => ask().then(...([() => true, () => false] as const));
    await waitUntil(answers, { what: 'prometheus-node-exporter', child });
    return { pids: () => [child.pid ?? 0], ask };
  },
};

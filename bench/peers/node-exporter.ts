import { join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { unpackedPackages } from '../../deploy/debian/unpacked-packages.ts';
import { freePort } from '../../deploy/local/ports.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import type { Peer } from './peer.ts';

const PACKAGE = 'prometheus-node-exporter';

/** Debian's prometheus-node-exporter with its default collectors, scraped at the interval; unpacked where it is not installed. */
export const nodeExporter: Peer = {
  id: 'node-exporter',
  what: 'prometheus-node-exporter, scraped',
  async start({ processes }) {
    const binary = findTool({ command: PACKAGE }) ?? (await unpacked());
    if (binary === undefined) return { absent: `apt-get install ${PACKAGE}` };
    const port = await freePort();
    const child = processes.start('node-exporter', binary, [`--web.listen-address=127.0.0.1:${port}`]);
    const ask = async () => {
      await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    };
    const answers = () => ask().then(...([() => true, () => false] as const));
    await waitUntil(answers, { what: PACKAGE, child });
    return { pids: () => [child.pid ?? 0], ask };
  },
};

async function unpacked(): Promise<string | undefined> {
  try {
    const folder = await unpackedPackages({
      packages: [PACKAGE],
      alone: true,
      purpose: 'what another agent costs',
      without: 'the agent is not compared with it',
      note: () => undefined,
    });
    return join(folder, 'usr/bin', PACKAGE);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

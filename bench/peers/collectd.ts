import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderFor } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import type { Peer } from './peer.ts';

const PLUGINS = ['cpu', 'memory', 'load', 'disk', 'interface', 'vmem', 'swap', 'uptime', 'csv'];

/** Debian's collectd with the plugins that read what our probes read, writing to files. */
export const collectd: Peer = {
  id: 'collectd',
  what: 'collectd',
  async start({ processes, dir, intervalMs }) {
    const binary = findTool({ command: 'collectd' });
    if (binary === undefined) return { absent: 'apt-get install collectd-core' };
    const config = makeFolderFor(join(dir, 'collectd.conf'));
    writeFileSync(
      config,
      [
        `Interval ${intervalMs / 1000}`,
        'Hostname "bench"',
        `BaseDir "${dir}"`,
        `PIDFile "${join(dir, 'collectd.pid')}"`,
        ...PLUGINS.map((plugin) => `LoadPlugin ${plugin}`),
        `<Plugin csv>\n DataDir "${join(dir, 'csv')}"\n</Plugin>`,
        '',
      ].join('\n'),
    );
    const child = processes.start('collectd', binary, ['-f', '-C', config]);
    return { pids: () => [child.pid ?? 0] };
  },
};

import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../deploy/local/ports.ts';
import { makeFolderFor } from '../../deploy/local/processes.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { processTree } from '../support/process-usage.ts';
import type { Peer } from './peer.ts';

const PMCD = '/usr/lib/pcp/bin/pmcd';
const NAMES = '/var/lib/pcp/pmns/root';
const PMDAS = '/var/lib/pcp/pmdas';

const LOGGED = [
  ...['kernel.all.cpu', 'kernel.percpu.cpu', 'kernel.all.load', 'kernel.all.pressure', 'mem.util'],
  ...['mem.vmstat', 'disk.dev', 'network.interface', 'kvm'],
];

/** Debian's pcp: pmcd with pmdalinux and pmdakvm, and pmlogger, which writes at the interval. */
export const pcp: Peer = {
  id: 'pcp',
  what: 'pcp: pmcd, pmdalinux, pmdakvm, pmlogger',
  async start({ processes, dir, intervalMs }) {
    const logger = findTool({ command: 'pmlogger' });
    if (logger === undefined || !existsSync(PMCD)) return { absent: 'apt-get install pcp' };
    if (!existsSync(NAMES)) return { absent: `${NAMES} is missing: run /var/lib/pcp/pmns/Rebuild` };
    const port = await freePort();
    const config = makeFolderFor(join(dir, 'pmcd.conf'));
    const pmdas = [
      `root 1 pipe binary ${PMDAS}/root/pmdaroot`,
      `pmcd 2 dso pmcd_init ${PMDAS}/pmcd/pmda_pmcd.so`,
      `linux 60 pipe binary ${PMDAS}/linux/pmdalinux`,
      `kvm 95 pipe binary ${PMDAS}/kvm/pmdakvm -d 95`,
    ];
    writeFileSync(config, [...pmdas, '[access]', 'allow "*" : all;', ''].join('\n'));
    const pmcd = processes.start(
      'pmcd',
      PMCD,
      [
        ...['-f', '-i', '127.0.0.1', '-p', String(port), '-s', join(dir, 'pmcd.socket')],
        ...['-c', config, '-l', join(dir, 'pmcd-own.log'), '-n', NAMES],
      ],
      { cwd: dir },
    );
    await waitUntil(() => listens(port), { what: 'pmcd', child: pmcd });
    const logged = join(dir, 'pmlogger.conf');
    writeFileSync(logged, `log mandatory on ${intervalMs} msec {\n${LOGGED.join('\n')}\n}\n`);
    const pmlogger = processes.start(
      'pmlogger',
      logger,
      ['-h', '127.0.0.1', '-c', logged, '-l', join(dir, 'pmlogger-own.log'), join(dir, 'archive')],
      { env: { PMCD_PORT: String(port) }, cwd: dir },
    );
    return { pids: () => [...processTree(pmcd.pid ?? 0), pmlogger.pid ?? 0] };
  },
};

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

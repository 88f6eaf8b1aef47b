import { absent, type Host, known, parseFound, valueIn } from '../../host/host.ts';
import { statusLine } from '../../host/process-stat.ts';
import { isWsl1 } from '../../host/wsl.ts';
import { about, defineSource } from '../fact.ts';
import { containerOfCgroup, containerOfMounts, engineOf, isGvisor, variableIn } from './container-traces.ts';

/** What this process is and may do: much of the rest can only be read by root. */
export const processRights = defineSource({
  name: 'process',
  stays: 'always',
  about: {
    root: about<boolean>('Whether it runs as root.', '/proc/self/status Uid'),
    node_version: about<string>('Node.js that runs the agent, and its benchmarks.', 'process.version'),
  },
  async read({ host, nodeVersion }) {
    const status = await host.read('/proc/self/status', 64 * 1024);
    return {
      root: parseFound(status, runsAsRoot, '/proc/self/status has no line "Uid"'),
      node_version: known(nodeVersion),
    };
  },
});

function runsAsRoot(status: string): boolean | undefined {
  const effective = /^\d+\s+(\d+)/.exec(statusLine(status, 'Uid') ?? '')?.[1];
  return effective === undefined ? undefined : effective === '0';
}

const SOURCES = [
  '/run/host/container-manager, /run/systemd/container, /proc/1/environ, /run/.containerenv, /.dockerenv,',
  '/proc/1/cgroup, /proc/1/mountinfo, /proc/version, /proc/vz',
].join(' ');

/** Whether the agent itself runs in a container, which hides devices and files from it. */
export const container = defineSource({
  name: 'container',
  stays: 'always',
  about: {
    kind: about<string>('Container manager that runs the agent.', SOURCES),
  },
  async read({ host }) {
    const kind = (await told(host)) ?? (await traced(host));
    return { kind: kind === undefined ? absent('no trace of a container') : known(kind) };
  },
});

/** The order of systemd-detect-virt: what the manager says itself goes before the traces it leaves. */
async function told(host: Host): Promise<string | undefined> {
  const { read } = host;
  if (await isWsl1(host)) return 'wsl';
  // OpenVZ shows /proc/vz to its host as well, and /proc/bc to the host alone.
  const [vz, bc] = [await host.list('/proc/vz'), await host.list('/proc/bc')];
  if (vz.state === 'known' && bc.state === 'absent') return 'openvz';
  if (isGvisor(valueIn(await read('/proc/version', 1024)) ?? '')) return 'gvisor';
  const names = [
    valueIn(await read('/run/host/container-manager', 256))?.trim(),
    valueIn(await read('/run/systemd/container', 256))?.trim(),
    variableIn(valueIn(await read('/proc/1/environ', ENVIRON_BYTES)) ?? '', 'container'),
  ];
  const name = names.find((each) => each !== undefined && each !== '');
  // Images say "oci" whoever runs them, so that the traces tell more.
  return name === 'oci' ? ((await traced(host)) ?? name) : name;
}

const ENVIRON_BYTES = 64 * 1024;

async function traced(host: Host): Promise<string | undefined> {
  const pod = await tracedInProcess(host);
  if (pod === 'kubepods') return pod;
  const containerenv = await host.read('/run/.containerenv', 4096);
  if (containerenv.state === 'known') return engineOf(containerenv.value);
  if ((await host.read('/.dockerenv', 0)).state === 'known') return 'docker';
  return pod;
}

/**
 * What a process' cgroup, mounts and environment tell. The first process is asked, which is that of the container; the
 * agent itself as well where it has the machine's processes before it, unless it looks at a machine that is mounted.
 */
async function tracedInProcess(host: Host): Promise<string | undefined> {
  for (const process of host.root === '/' ? ['1', 'self'] : ['1']) {
    const text = async (name: string) => valueIn(await host.read(`/proc/${process}/${name}`)) ?? '';
    const service = variableIn(await text('environ'), 'KUBERNETES_SERVICE_HOST');
    if (service !== undefined) return 'kubepods';
    const manager = containerOfCgroup(await text('cgroup'));
    const byMounts = containerOfMounts(await text('mountinfo'));
    const found = byMounts === 'kubepods' ? byMounts : (manager ?? byMounts);
    if (found !== undefined) return found;
  }
  return undefined;
}

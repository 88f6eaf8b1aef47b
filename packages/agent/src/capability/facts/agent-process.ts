import { absent, type Found, type Host, known, parseFound, valueIn } from '../../host/host.ts';
import { statusLine } from '../../host/process-stat.ts';
import { about, defineSource } from '../fact.ts';

/** What this process may do: much of the rest can only be read by root. */
export const processRights = defineSource({
  name: 'process',
  about: {
    root: about<boolean>('Whether it runs as root.', '/proc/self/status Uid'),
  },
  async read({ host }) {
    const status = await host.read('/proc/self/status', 64 * 1024);
    return { root: parseFound(status, runsAsRoot, '/proc/self/status has no line "Uid"') };
  },
});

function runsAsRoot(status: string): boolean | undefined {
  const effective = /^\d+\s+(\d+)/.exec(statusLine(status, 'Uid') ?? '')?.[1];
  return effective === undefined ? undefined : effective === '0';
}

/** Whether the agent itself runs in a container, which hides devices and files from it. */
export const container = defineSource({
  name: 'container',
  about: {
    kind: about<string>(
      'Container manager that the agent runs under.',
      '/run/systemd/container, /proc/1/environ, /run/.containerenv, /.dockerenv, /proc/1/cgroup',
    ),
  },
  async read({ host }) {
    return { kind: await findContainer(host) };
  },
});

/** The order of systemd-detect-virt: what the manager says itself goes before the traces it leaves. */
async function findContainer(host: Host): Promise<Found<string>> {
  const told = valueIn(await host.read('/run/systemd/container', 256))?.trim() ?? '';
  if (told !== '') return known(told);
  const variable = containerVariable(valueIn(await host.read('/proc/1/environ', 64 * 1024)) ?? '');
  if (variable !== undefined) return known(variable);
  if ((await host.read('/run/.containerenv', 0)).state === 'known') return known('podman');
  if ((await host.read('/.dockerenv', 0)).state === 'known') return known('docker');
  const manager = containerOfCgroup(valueIn(await host.read('/proc/1/cgroup', 64 * 1024)) ?? '');
  return manager === undefined ? absent('no trace of a container') : known(manager);
}

function containerVariable(environ: string): string | undefined {
  const variable = environ.split('\0').find((each) => each.startsWith('container='));
  return variable?.slice('container='.length) || undefined;
}

export function containerOfCgroup(text: string): string | undefined {
  return /(?:^|[/:-])(docker|kubepods|libpod|lxc|containerd|crio)(?=[/.:-]|$)/m.exec(text)?.[1];
}

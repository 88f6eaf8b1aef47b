import { readBuiltInModules } from '../../host/built-in-modules.ts';
import { absent, type Found, type Host, known, parseFound, unknown, valueIn } from '../../host/host.ts';
import { listKvmModules } from '../../host/kvm-modules.ts';
import { about, defineSource, listOf } from '../fact.ts';

/** Every loaded module of KVM, known or not, and all its parameters. */
export const kvmModules = defineSource({
  name: 'kvm_modules',
  about: {
    loaded: about<readonly string[]>('Modules of KVM in the kernel.', '/sys/module/kvm*'),
    parameters: about<readonly string[]>(
      'Their parameters, as module.parameter=value.',
      '/sys/module/kvm*/parameters/*',
    ),
    built_in: about<readonly string[]>(
      'KVM modules that are built into the kernel. modprobe cannot change them.',
      '/lib/modules/RELEASE/modules.builtin; /sys/module and /proc/modules',
    ),
    nested: about<boolean>(
      'Whether guests of this machine may be hypervisors themselves.',
      '/sys/module/kvm_intel/parameters/nested or kvm_amd',
    ),
  },
  async read({ host }) {
    const loaded = await listKvmModules(host);
    if (loaded.state !== 'known') return loaded;
    const parameters: string[] = [];
    for (const module of loaded.value) parameters.push(...(await readParameters(host, module)));
    const builtIn = await readBuiltInModules(host, loaded.value);
    return {
      loaded,
      parameters: known(parameters),
      built_in: listOf(builtIn, 'no module of KVM is built in'),
      nested: readNested(loaded.value, parameters),
    };
  },
});

async function readParameters(host: Host, module: string): Promise<string[]> {
  const dir = `/sys/module/${module}/parameters`;
  const lines: string[] = [];
  for (const name of valueIn(await host.list(dir)) ?? []) {
    const value = valueIn(await host.read(`${dir}/${name}`, 4096));
    // Some are write-only, and some are for root only.
    if (value !== undefined) lines.push(`${module}.${name}=${value.trim()}`);
  }
  return lines;
}

function readNested(loaded: readonly string[], parameters: readonly string[]): Found<boolean> {
  for (const module of ['kvm_intel', 'kvm_amd']) {
    if (!loaded.includes(module)) continue;
    const value = parameterIn(parameters, module, 'nested');
    return parseFound(value, parseFlag, `${module}.nested: unexpected value`);
  }
  if (loaded.length === 0) return absent('no module of KVM is loaded');
  return unknown(`${loaded.join(', ')} has no parameter "nested"`);
}

/** The value of one parameter in lines such as "kvm_intel.nested=Y". */
export function parameterIn(parameters: readonly string[], module: string, name: string): Found<string> {
  const prefix = `${module}.${name}=`;
  const line = parameters.find((each) => each.startsWith(prefix));
  return line === undefined
    ? absent(`${module} has no parameter "${name}"`)
    : known(line.slice(prefix.length));
}

/** The kernel writes flags as Y and N, and as 1 and 0 where they were integers once. */
export function parseFlag(text: string): boolean | undefined {
  if (text === 'Y' || text === 'y' || text === '1') return true;
  if (text === 'N' || text === 'n' || text === '0') return false;
  return undefined;
}

/**
 * Graded evidence on /dev/kvm: the kernel serves it; the node exists; it opens. Only `check --boot` shows that a guest
 * runs. What the kernel serves stands in /proc/misc, in a container as well, whatever its /dev shows.
 */
export const kvmDevice = defineSource({
  name: 'kvm_device',
  about: {
    registered: about<boolean>('Whether a module of KVM serves the device.', '/proc/misc'),
    exists: about<boolean>('Whether the device node exists.', '/dev'),
    opens: about<boolean>('Whether it opens for reading and writing.', 'open(2) of /dev/kvm'),
    error: about<string>('Why it does not open, as errno name.', 'open(2) of /dev/kvm'),
    mode: about<string>('Its mode in octal digits: with 0666 everybody may use it.', 'stat(2) of /dev/kvm'),
  },
  async read({ host }) {
    const names = await host.list('/dev');
    const opened = await host.open('/dev/kvm');
    const misc = await host.read('/proc/misc', 64 * 1024);
    return {
      registered: parseFound(misc, (text) => /^\s*\d+ kvm$/m.test(text), ''),
      exists: parseFound(names, (all) => all.includes('kvm'), ''),
      opens: known(opened.state === 'known'),
      error: errorOf(opened),
      mode: parseFound(await host.mode('/dev/kvm'), octal, ''),
    };
  },
});

const octal = (mode: number) => `0${mode.toString(8).padStart(3, '0')}`;

function errorOf(opened: Found<true>): Found<string> {
  if (opened.state === 'known') return absent('it opens');
  return opened.errno === undefined ? unknown(opened.reason) : known(opened.errno);
}

import { absent, type Found, type Host, known, parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** Every loaded module of KVM, known or not, and all its parameters. */
export const kvmModules = defineSource({
  name: 'kvm_modules',
  about: {
    loaded: about<readonly string[]>('Modules of KVM in the kernel.', '/sys/module/kvm*'),
    parameters: about<readonly string[]>(
      'Their parameters, as module.parameter=value.',
      '/sys/module/kvm*/parameters/*',
    ),
    nested: about<boolean>(
      'Whether guests of this machine may be hypervisors themselves.',
      '/sys/module/kvm_intel/parameters/nested or kvm_amd',
    ),
  },
  async read({ host }) {
    const all = await host.list('/sys/module');
    if (all.state !== 'known') return all;
    const loaded = all.value.filter((name) => /^kvm([_-]|$)/.test(name));
    const parameters: string[] = [];
    for (const module of loaded) parameters.push(...(await readParameters(host, module)));
    return {
      loaded: known(loaded),
      parameters: known(parameters),
      nested: readNested(loaded, parameters),
    };
  },
});

async function readParameters(host: Host, module: string): Promise<string[]> {
  const dir = `/sys/module/${module}/parameters`;
  const names = await host.list(dir);
  const lines: string[] = [];
  for (const name of names.state === 'known' ? names.value : []) {
    const value = await host.read(`${dir}/${name}`, 4096);
    // Some are write-only, and some are for root only.
    if (value.state === 'known') lines.push(`${module}.${name}=${value.value.trim()}`);
  }
  return lines;
}

function readNested(loaded: readonly string[], parameters: readonly string[]): Found<boolean> {
  for (const module of ['kvm_intel', 'kvm_amd']) {
    if (!loaded.includes(module)) continue;
    const value = parameterIn(parameters, module, 'nested');
    return parseFound(value, parseFlag, `${module}.nested was not understood`);
  }
  if (loaded.length === 0) return absent('no module of KVM is loaded');
  return { state: 'unknown', reason: `${loaded.join(', ')} has no parameter "nested" to tell` };
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

import { type Host, valueIn } from '../../host/host.ts';
import { isKvmModule } from '../../host/kvm-modules.ts';
import { about, defineSource, listOf } from '../fact.ts';

/** Where modprobe looks, first wins for files of one name (modprobe.d(5)). */
const FOLDERS = [
  '/etc/modprobe.d',
  '/run/modprobe.d',
  '/usr/local/lib/modprobe.d',
  '/usr/lib/modprobe.d',
  '/lib/modprobe.d',
];

/** What is configured for KVM's modules, which counts when they are loaded the next time. */
export const modprobe = defineSource({
  name: 'modprobe',
  about: {
    options: about<readonly string[]>(
      'Configured parameters, as module.parameter=value@file.',
      'modprobe.d/*.conf "options" and /proc/cmdline',
    ),
    blocked: about<readonly string[]>(
      'Modules that are kept from loading, as module@file.',
      'modprobe.d/*.conf "blacklist" and "install", /proc/cmdline modprobe.blacklist',
    ),
  },
  async read({ host }) {
    const lines = [...(await configLines(host)), ...(await commandLine(host))];
    const options = lines.flatMap(({ file, words }) => optionsIn(words).map((option) => `${option}@${file}`));
    const blocked = lines.flatMap(({ file, words }) => blockedBy(words).map((module) => `${module}@${file}`));
    const none = 'nothing is configured for modules of KVM';
    return { options: listOf(options, none), blocked: listOf(blocked, none) };
  },
});

interface Line {
  file: string;
  words: readonly string[];
}

async function configLines(host: Host): Promise<Line[]> {
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (const folder of FOLDERS) {
    for (const name of valueIn(await host.list(folder)) ?? []) {
      if (!name.endsWith('.conf') || seen.has(name)) continue;
      seen.add(name);
      const file = `${folder}/${name}`;
      const text = valueIn(await host.read(file, 256 * 1024)) ?? '';
      lines.push(...parseModprobe(text).map((words) => ({ file, words })));
    }
  }
  return lines;
}

/** Lines as words; a backslash at the end joins the next, `#` begins a comment. */
export function parseModprobe(text: string): string[][] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));
}

/** The kernel takes `kvm_intel.nested=0` for a module that is built in, and modprobe for one that is loaded. */
async function commandLine(host: Host): Promise<Line[]> {
  const file = '/proc/cmdline';
  const text = valueIn(await host.read(file, 64 * 1024)) ?? '';
  return text.split(/\s+/).flatMap((word) => {
    const option = /^(kvm[_-]?\w*)\.(\w+=.*)$/.exec(word);
    if (option !== null) return [{ file, words: ['options', ...option.slice(1)] }];
    const blocked = /^modprobe\.blacklist=(.*)$/.exec(word)?.[1]?.split(',') ?? [];
    return blocked.map((module) => ({ file, words: ['blacklist', module] }));
  });
}

function optionsIn([keyword, module = '', ...parameters]: readonly string[]): string[] {
  if (keyword !== 'options' || !isKvmModule(module)) return [];
  return parameters.map((parameter) => `${moduleName(module)}.${parameter}`);
}

function blockedBy([keyword, module = '', ...command]: readonly string[]): string[] {
  if (!isKvmModule(module)) return [];
  const off = keyword === 'install' && /\/(true|false)$/.test(command[0] ?? '');
  return keyword === 'blacklist' || off ? [moduleName(module)] : [];
}

/** modprobe takes dashes and underscores for the same. */
const moduleName = (module: string) => module.replace(/-/g, '_');

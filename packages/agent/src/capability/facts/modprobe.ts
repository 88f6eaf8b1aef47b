import { isKvmModule } from '../../host/kvm-modules.ts';
import { KERNEL_COMMAND_LINE, type ModprobeLine } from '../../host/modprobe/lines.ts';
import { readModprobeLines } from '../../host/modprobe/read-lines.ts';
import { about, defineSource, listOf } from '../fact.ts';

/** What is configured for KVM's modules, which counts when they are loaded the next time. */
export const modprobe = defineSource({
  name: 'modprobe',
  about: {
    options: about<readonly string[]>(
      'Configured parameters, as module.parameter=value@file. If several files set one parameter, the one that wins.',
      'modprobe.d/*.conf "options" and /proc/cmdline',
    ),
    blocked: about<readonly string[]>(
      'Modules that are kept from loading, as module@file.',
      'modprobe.d/*.conf "blacklist", "install" and "alias", /proc/cmdline modprobe.blacklist and module_blacklist',
    ),
    refused: about<readonly string[]>(
      'Modules that do not load even by name, as module@file.',
      'modprobe.d/*.conf "install" and "alias", /proc/cmdline module_blacklist',
    ),
  },
  async read({ host }) {
    const lines = await readModprobeLines(host);
    const refused = [...refusedByInstall(lines), ...lines.flatMap(refusedBy)];
    const blocked = [...lines.flatMap(blacklistedBy), ...refused];
    const none = 'nothing is configured for modules of KVM';
    return {
      options: listOf(winningOptions(lines), none),
      blocked: listOf([...new Set(blocked)], none),
      refused: listOf([...new Set(refused)], none),
    };
  },
});

/** Options add up, and the kernel takes the last value of each. */
function winningOptions(lines: readonly ModprobeLine[]): string[] {
  const values = new Map<string, string>();
  for (const { file, words } of lines) {
    const [keyword, module = '', ...parameters] = words;
    if (keyword !== 'options' || !isKvmModule(module)) continue;
    for (const parameter of parameters) {
      const [, name = '', value = ''] = /^([^=]*)(.*)$/.exec(parameter) ?? [];
      const key = `${moduleName(module)}.${moduleName(name)}`;
      values.delete(key);
      values.set(key, `${key}${value}@${file}`);
    }
  }
  return [...values.values()];
}

function blacklistedBy({ file, words: [keyword, module = ''] }: ModprobeLine): string[] {
  return keyword === 'blacklist' && isKvmModule(module) ? [`${moduleName(module)}@${file}`] : [];
}

/** The kernel compares the names of `module_blacklist` letter by letter. An alias to another name hides the module. */
function refusedBy({ file, words: [keyword, module = '', target = ''] }: ModprobeLine): string[] {
  if (!isKvmModule(module)) return [];
  if (keyword === 'refuse' && file === KERNEL_COMMAND_LINE)
    return module.includes('-') ? [] : [`${module}@${file}`];
  const away = keyword === 'alias' && target !== '' && !isKvmModule(target);
  return away ? [`${moduleName(module)}@${file}`] : [];
}

const MODULES = ['kvm', 'kvm_intel', 'kvm_amd'];

/**
 * `install` runs a command instead of loading: the first that fits the module counts, and its name may be a pattern. It
 * keeps the module away unless the command itself loads it.
 */
function refusedByInstall(lines: readonly ModprobeLine[]): string[] {
  const installs = lines.filter(({ words: [keyword] }) => keyword === 'install');
  return MODULES.flatMap((module) => {
    const first = installs.find(({ words: [, pattern = ''] }) => fits(moduleName(pattern), module));
    if (first === undefined || /\b(modprobe|insmod)\b/.test(first.words.slice(2).join(' '))) return [];
    return [`${module}@${first.file}`];
  });
}

/** Patterns of the shell, as fnmatch(3) takes them. */
function fits(pattern: string, module: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  try {
    return new RegExp(`^${escaped.replace(/\[!/g, '[^')}$`).test(module);
  } catch {
    return false;
  }
}

/** modprobe takes dashes and underscores for the same. */
const moduleName = (module: string) => module.replace(/-/g, '_');

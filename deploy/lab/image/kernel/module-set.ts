import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { readDecompressed } from './decompress.ts';

/** One module, as it is loaded. */
export interface Module {
  /** As the kernel calls it, such as "kvm_amd". */
  name: string;
  /** Uncompressed. */
  content: Buffer;
  /** Names of those that must be loaded before it. */
  needs: readonly string[];
}

/** "kvm-amd.ko.xz" and "kvm-amd" are kvm_amd to the kernel. */
export const moduleName = (file: string) =>
  basename(file)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');

/** Reads `modules.builtin`: names of what is part of the kernel itself. */
export function parseBuiltIn(text: string): Set<string> {
  return new Set(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(moduleName),
  );
}

/** Reads `modules.dep`: "path: path path…", by name. */
export function parseModulesDep(text: string): Map<string, string[]> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(/:\s*/))
      .filter(([file]) => file !== undefined && file !== '')
      .map(([file = '', needs = '']) => [moduleName(file), needs.split(' ').filter(Boolean).map(moduleName)]),
  );
}

/** Reads what a module says of itself that it needs: `depends=a,b` in its section .modinfo. */
export function parseDepends(content: Buffer): string[] {
  const entry = '\0depends=';
  const at = content.indexOf(entry, 0, 'latin1');
  if (at === -1) return [];
  const from = at + entry.length;
  const text = content.toString('latin1', from, content.indexOf(0, from));
  return text.split(',').filter(Boolean).map(moduleName);
}

/**
 * Modules by name, with all that they need; what is built into the kernel is left out. What is needed stands in
 * `modules.dep`, which is made where a kernel is installed; a kernel that is only unpacked has none, and the modules
 * themselves say it.
 * @param folder of a kernel's modules
 * @param packages folder with xz and zstd, see readDecompressed
 * @throws UsageError when a module is neither there nor built in
 */
export async function readModules(
  folder: string,
  wanted: readonly string[],
  packages?: string,
): Promise<Module[]> {
  const builtIn = parseBuiltIn(await readFile(join(folder, 'modules.builtin'), 'utf8'));
  const listed = await readFile(join(folder, 'modules.dep'), 'utf8').then(parseModulesDep, () => undefined);
  const files = new Map(
    (await readdir(folder, { recursive: true }))
      .filter((file) => /\.ko(\.\w+)?$/.test(file))
      .map((file) => [moduleName(file), file]),
  );
  const modules = new Map<string, Module>();
  const missing = new Set<string>();
  const waiting = [...wanted];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (builtIn.has(name) || modules.has(name)) continue;
    const file = files.get(name);
    if (file === undefined) {
      missing.add(name);
      continue;
    }
    const content = await readDecompressed(join(folder, file), packages);
    const needs = (listed?.get(name) ?? parseDepends(content)).filter((each) => !builtIn.has(each));
    modules.set(name, { name, content, needs });
    waiting.push(...needs);
  }
  if (missing.size > 0) {
    const names = [...missing].sort().join(', ');
    throw new UsageError(
      `the kernel package of ${basename(folder)} has no module ${names}, and it is not built in`,
    );
  }
  return [...modules.values()];
}

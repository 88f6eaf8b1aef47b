import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ObservedSet } from './result.ts';

/** What was observed of a set before; undefined where nothing was, or what is there is no such file. */
export function readSet(file: string): ObservedSet | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const set = JSON.parse(readFileSync(file, 'utf8')) as Partial<ObservedSet>;
    return set.format === 1 && Array.isArray(set.runs) ? (set as ObservedSet) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it so that an interruption leaves the old or the new one, never half a file. */
export function writeSet(file: string, set: ObservedSet): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, inLines(set));
  renameSync(`${file}.new`, file);
}

/** All sets of a folder, by name. */
export function readSets(folder: string): ObservedSet[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readSet(join(folder, name)) ?? [])
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

/** JSON with one line for each piece of work, so that what changed can be seen. */
function inLines(set: ObservedSet): string {
  const { runs, ...head } = set;
  const runText = runs.map(({ works, ...rest }) => {
    const lines = works.map((work) => `    ${JSON.stringify(work)}`).join(',\n');
    return `  ${JSON.stringify(rest).slice(0, -1)},"works":[\n${lines}\n  ]}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"runs":[\n${runText.join(',\n')}\n]}\n`;
}

/** Boots that a set still needs: what has been observed already is not done again. */
export function missingBoots(
  set: ObservedSet | undefined,
  { repeat, ipi, usual }: { repeat: number; ipi: boolean; usual: boolean },
): { cpus: number }[] {
  const done = (cpus: number) => set?.runs.filter((run) => run.cpus === cpus).length ?? 0;
  const boots = (cpus: number) => Array.from({ length: Math.max(0, repeat - done(cpus)) }, () => ({ cpus }));
  return [...(usual ? boots(1) : []), ...(ipi ? boots(2) : [])];
}

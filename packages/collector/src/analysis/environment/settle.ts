import type { Environment } from '../../read/environment.ts';

/** An environment as it counts: with what was known before, where a node did not say. */
export interface Settled {
  readonly environment: Environment;
  /** Equal where nothing that counts differs. */
  readonly key: string;
  /** Equal where it is the same machine. Results of unlike machines are never compared. */
  readonly machine: string;
}

const NAMES = [
  'kernel',
  'cpuModel',
  'cpus',
  'memoryBytes',
  'clocksource',
  'parentHypervisor',
  'nodeVersion',
  'mitigations',
] as const;
const UNKNOWN: Environment = {
  kernel: '',
  cpuModel: '',
  cpus: 0,
  memoryBytes: 0,
  clocksource: '',
  parentHypervisor: '',
  nodeVersion: '',
  mitigations: '',
};
/** Balloons move memory, and kernels keep more or less of it for themselves: smaller differences are ignored. */
const MEMORY_STEP = 1.25;

/**
 * The environments of results, in the order of time. Where a row is missing, or does not say something, what was said
 * last goes on; before anything was said, what was said first.
 */
export function settle(rows: readonly (Environment | undefined)[]): Settled[] {
  const known: Settled[] = [];
  let now = settledOf(rows.reduceRight<Environment>((later, row) => over(later, row), UNKNOWN));
  let seen: Environment | undefined;
  known.push(now);
  return rows.map((row) => {
    if (row === undefined || row === seen) return now;
    seen = row;
    const next = over(now.environment, row);
    const before = [now, ...known].find(({ environment }) => isAlike(environment, next));
    now = before ?? settledOf(next);
    if (before === undefined) known.push(now);
    return now;
  });
}

/** The machine that DMI names, without the version of the hypervisor that made it ("pc-q35-7.2" is "pc-q35"). */
export function machineName({ parentHypervisor }: Pick<Environment, 'parentHypervisor'>): string {
  return parentHypervisor
    .split(' ')
    .map((word) => word.replace(/-?v?\d+(\.\d+)+.*$/, ''))
    .filter((word) => word !== '')
    .join(' ');
}

/** Equal where it is the same machine. */
export function machineOf(environment: Pick<Environment, 'cpuModel' | 'cpus' | 'parentHypervisor'>): string {
  return [environment.cpuModel, environment.cpus, machineName(environment)].join('\n');
}

function over(known: Environment, row: Environment | undefined): Environment {
  if (row === undefined) return known;
  const said = NAMES.filter((name) => row[name] !== UNKNOWN[name]).map((name) => [name, row[name]]);
  return { ...known, ...Object.fromEntries(said) };
}

/** Whether two environments have the same of something, as far as it counts. */
export function isSame(name: keyof Environment, a: Environment, b: Environment): boolean {
  return name === 'memoryBytes' ? isAboutAsMuch(a.memoryBytes, b.memoryBytes) : a[name] === b[name];
}

function isAlike(a: Environment, b: Environment): boolean {
  return NAMES.every((name) => isSame(name, a, b));
}

function isAboutAsMuch(a: number, b: number): boolean {
  return Math.max(a, b) < MEMORY_STEP * Math.min(a, b) || a === b;
}

function settledOf(environment: Environment): Settled {
  const key = NAMES.map((name) => environment[name]).join('\n');
  return { environment, key, machine: machineOf(environment) };
}

import { numberIn, type Row, type Tags, textIn, timeIn } from './cells.ts';
import { ask, fields, type Reader } from './query.ts';

/** Under what a result was measured. What a node did not say is '' or 0. */
export interface Environment {
  readonly kernel: string;
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly clocksource: string;
  /** What DMI says of the machine, with its machine type. */
  readonly parentHypervisor: string;
  readonly nodeVersion: string;
  /** What mitigations cost at exits, and the microcode, with spaces between. */
  readonly mitigations: string;
}

const FIELDS = [
  'kernel',
  'cpu_model',
  'cpus',
  'memory_bytes',
  'clocksource',
  'parent_hypervisor',
  'node_version',
];

/** Finds the environment that stands beside a result; undefined where there is none. */
export type EnvironmentAt = (tags: Tags, row: Row) => Environment | undefined;

/** Reads the environments that stand beside results. @param where from `since` and the like @throws as Store.query */
export async function readEnvironments(store: Reader, where: readonly string[]): Promise<EnvironmentAt> {
  const put = (names: readonly string[]) =>
    ask(store, { select: fields(...names), from: 'nestwatch_environment', where, by: ['lab', 'node'] });
  // Apart, because InfluxDB 3 answers nothing at all where one field has never been written.
  const [series, later] = await Promise.all([put(FIELDS), put(['mitigations'])]);
  const momentOf = ({ lab, node }: Tags, row: Row) => `${lab}/${node}/${timeIn(row)}`;
  const mitigations = new Map(
    later.flatMap(({ tags, rows }) =>
      rows.map((row) => [momentOf(tags, row), textIn(row, 'mitigations')] as const),
    ),
  );
  const found = new Map(
    series.flatMap(({ tags, rows }) => {
      let last: Environment | undefined;
      return rows.map((row) => {
        const now = environmentIn(row, mitigations.get(momentOf(tags, row)) ?? '');
        // One object for all results of one environment: there are many results.
        last = last !== undefined && isSameEnvironment(last, now) ? last : now;
        return [momentOf(tags, row), last] as const;
      });
    }),
  );
  return (tags, row) => found.get(momentOf(tags, row));
}

export function isSameEnvironment(a: Environment | undefined, b: Environment | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return (Object.keys(a) as (keyof Environment)[]).every((name) => a[name] === b[name]);
}

function environmentIn(row: Row, mitigations: string): Environment {
  return {
    kernel: textIn(row, 'kernel'),
    cpuModel: textIn(row, 'cpu_model'),
    cpus: numberIn(row, 'cpus') ?? 0,
    memoryBytes: numberIn(row, 'memory_bytes') ?? 0,
    clocksource: textIn(row, 'clocksource'),
    parentHypervisor: textIn(row, 'parent_hypervisor'),
    nodeVersion: textIn(row, 'node_version'),
    mitigations,
  };
}

import type { Row } from '@nestwatch/testkit/lab';
import { expect, type TestContext, test } from 'vitest';

/** A lab that runs, and its name. */
export interface Observed {
  lab: string;
  waitForRows(influxql: string, enough: (rows: Row[]) => boolean): Promise<Row[]>;
}

/** Samples of each layer that a median is taken of. */
const SAMPLES = 30;
/** What is enough where a layer has just come up. */
const FEWEST = 5;
/** A lab second may take half a minute where the machine is busy. */
const LIMIT_MS = 15 * 60_000;

/** What the probes find in the layers, where every layer has reported for a while. */
export function checkOverhead(observed: () => Observed): void {
  test(
    'an exit costs more in each layer',
    async () => {
      expectGrowing(await mediansByLayer(observed(), 'nestwatch_exit_latency', 'median_us'));
    },
    LIMIT_MS,
  );

  test(
    'a timer is later in each layer',
    async () => {
      const { lab, waitForRows } = observed();
      // Other work of this machine only ever adds to lateness, and to that of emulated guest0 most: what was disturbed
      // least tells the layers apart.
      const least =
        `SELECT min("median_us") AS "value", count("median_us") AS "samples" FROM "nestwatch_timer_latency" ` +
        `WHERE "lab" = '${lab}' AND "name" =~ /^guest[1-9]$/ GROUP BY "name"`;
      await waitForRows(least, (found) => {
        const values = [...byName(found)].sort().map(([, [value = Number.NaN]]) => value);
        return found.every(({ samples }) => Number(samples) >= FEWEST) && grows(values);
      });
    },
    LIMIT_MS,
  );

  test(
    'KVM counts exits in every layer that has a guest, most at the bottom, and entries into nested guests',
    async ({ skip }) => {
      await skipUnlessNested(observed(), skip);
      const exits = await mediansByLayer(observed(), 'nestwatch_kvm_host', 'exits_per_second');
      expect(exits[0]).toBeGreaterThan(exits.at(-1) ?? 0);
      const nested = await mediansByLayer(observed(), 'nestwatch_kvm_host', 'nested_run_per_second');
      expect(nested[0]).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  test(
    'one exit of a nested guest is several exits below',
    async ({ skip }) => {
      await skipUnlessNested(observed(), skip);
      const { lab, waitForRows } = observed();
      const rows = await waitForRows(
        `SELECT median("amplification") AS "value" FROM "nestwatch_exit_amplification" WHERE "lab" = '${lab}' GROUP BY "name"`,
        (found) => found.length > 0,
      );
      for (const row of rows) expect([row['name'], Number(row['value']) > 1]).toEqual([row['name'], true]);
    },
    LIMIT_MS,
  );
}

/** Ends a test as skipped where no guest has a guest, which takes three layers. All have reported where a lab is up. */
async function skipUnlessNested({ lab, waitForRows }: Observed, skip: TestContext['skip']): Promise<void> {
  const rows = await waitForRows(
    `SELECT last("seq") AS "seq" FROM "nestwatch_report" WHERE "lab" = '${lab}' AND "name" =~ /^guest[0-9]$/ GROUP BY "name"`,
    (found) => found.length > 0,
  );
  skip(rows.length < 3, `no guest has a guest in ${rows.length} layers: it takes three`);
}

/** Whether there are any, each greater than the one before. */
function grows(values: readonly number[]): boolean {
  return values.length > 0 && values.slice(1).every((value, at) => value > (values[at] ?? Number.NaN));
}

function expectGrowing(layers: readonly number[]): void {
  for (const [at, value] of layers.slice(1).entries()) {
    expect(value, layers.join(', ')).toBeGreaterThan(layers[at] ?? Number.NaN);
  }
}

/** Median of the newest samples of each layer, from guest0 down; only layers that have the value. */
async function mediansByLayer(
  { lab, waitForRows }: Observed,
  measurement: string,
  field: string,
): Promise<number[]> {
  const newest = `SELECT "${field}" AS "value" FROM "${measurement}" WHERE "lab" = '${lab}' AND "name" =~ /^guest[0-9]$/ GROUP BY "name" ORDER BY time DESC LIMIT ${SAMPLES}`;
  const rows = await waitForRows(newest, (found) => {
    const counts = [...byName(found).values()].map((values) => values.length);
    return counts.length > 1 && Math.min(...counts) >= FEWEST;
  });
  return [...byName(rows)]
    .sort(([one], [two]) => one.localeCompare(two))
    .map(([, values]) => values.sort((one, two) => one - two)[Math.floor(values.length / 2)] ?? Number.NaN);
}

function byName(rows: readonly Row[]): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const row of rows) {
    const name = String(row['name']);
    values.set(name, [...(values.get(name) ?? []), Number(row['value'])]);
  }
  return values;
}

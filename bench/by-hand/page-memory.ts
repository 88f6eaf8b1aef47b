// Whether an open page grows: node scripts/with-node.mjs run-ts bench/by-hand/page-memory.ts [MINUTES [MACHINES]].
// One tab stays open while every machine reports each 10 s. Prints a row a minute, and the growth of the second half.
import { join } from 'node:path';
import { renderTable } from '@nestwatch/common/cli/table';
import { median } from '@nestwatch/common/statistics';
import { freePort } from '@nestwatch/deploy/local/ports';
import { startCollector } from '@nestwatch/deploy/local/programs';
import { top } from '@nestwatch/deploy/local/top';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { type Browser, findChromium, startBrowser } from '../../test/support/chromium.ts';
import { writeManyMachines } from '../../test/support/many-machines.ts';
import { readUsage } from '../support/process-usage.ts';

const MINUTES = Number(process.argv[2] ?? 60);
const MACHINES = Number(process.argv[3] ?? 100);
const REPORT_MS = 10_000;
const LAB = 'lab';
const MIB = 1024 ** 2;

interface Row {
  minute: number;
  heapMib: number;
  elements: number;
  updates: number;
  collectorMib: number;
}

const program = findChromium();
if (program === undefined) throw new Error('no Chromium is installed: apt-get install chromium');

const rows: Row[] = [];
const lab = await createTestLab();
const browser = await startBrowser(program);
try {
  await watch(lab, browser);
} finally {
  await browser[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
}

process.stdout.write(
  `${MACHINES} machines, ${MINUTES} minutes\n${renderTable<Row>(
    [
      { title: 'MINUTE', value: ({ minute }) => String(minute), align: 'right' },
      { title: 'HEAP MiB', value: ({ heapMib }) => heapMib.toFixed(2), align: 'right' },
      { title: 'ELEMENTS', value: ({ elements }) => String(elements), align: 'right' },
      { title: 'UPDATES', value: ({ updates }) => String(updates), align: 'right' },
      { title: 'COLLECTOR MiB', value: ({ collectorMib }) => collectorMib.toFixed(0), align: 'right' },
    ],
    rows,
  )}`,
);
const half = Math.floor(rows.length / 2);
const growth = (key: 'heapMib' | 'collectorMib') => {
  const of = (part: Row[]) => median(part.map((row) => row[key]));
  return (of(rows.slice(half)) / of(rows.slice(0, half))).toFixed(2);
};
if (half > 0) {
  process.stdout.write(
    `second half over the first: heap ×${growth('heapMib')}, collector ×${growth('collectorMib')}\n`,
  );
}

/** Keeps one tab open over the time, and notes a row a minute. */
async function watch({ store, processes, servers }: TestLab, { open }: Browser): Promise<void> {
  const write = () => writeManyMachines(store, { lab: LAB, count: MACHINES, nowUs: Date.now() * 1000 });
  await write();
  const quiet = { NESTWATCH_WATCH_ENABLED: 'false' };
  const { signal } = new AbortController();
  const collector = await startCollector(
    processes,
    join(top, 'dist'),
    servers,
    await freePort(),
    () => undefined,
    signal,
    quiet,
  );
  const tab = await open(`${collector.url}/lab/${LAB}`, { width: 1280, height: 800 });
  await tab.until('document.querySelector("#connection.live")');
  await tab.evaluate(`window.updates = 0, void new MutationObserver(() => { window.updates += 1; })
    .observe(document.documentElement, { attributes: true, attributeFilter: ['data-updated'] })`);
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      await write();
      await new Promise((resolve) => setTimeout(resolve, REPORT_MS));
    }
    const row = {
      minute,
      heapMib: (await tab.heapBytes()) / MIB,
      elements: await tab.evaluate<number>('document.getElementsByTagName("*").length'),
      updates: await tab.evaluate<number>('window.updates'),
      collectorMib: readUsage(collector.child.pid ?? 0).residentBytes / MIB,
    };
    rows.push(row);
    process.stderr.write(`${JSON.stringify(row)}\n`);
  }
}

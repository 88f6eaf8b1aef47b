import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Store } from '@nestwatch/collector/influx/store';
import { freePort } from '../../deploy/local/ports.ts';
import type { Processes } from '../../deploy/local/processes.ts';
import { startCollector } from '../../deploy/local/programs.ts';
import type { ServerAddresses } from '../../deploy/local/servers.ts';
import { top } from '../../deploy/local/top.ts';
import { RECORDED_LAB, writeRecording } from '../support/cascade-recording.ts';
import type { Browser } from '../support/chromium.ts';
import { writeManyMachines } from '../support/many-machines.ts';
import { madeUpRounds } from './history.ts';

interface Studio {
  readonly dir: string;
  readonly processes: Processes;
  readonly servers: ServerAddresses;
  readonly store: Pick<Store, 'write'>;
  readonly browser: Browser;
  readonly signal: AbortSignal;
}

const DIST = join(top, 'dist');
/** Scrolls a report to its benchmarks. */
const SCROLLED = `[...document.querySelectorAll('h2')].some((each) =>
  each.textContent === 'Benchmarks' && (each.scrollIntoView(), scrollBy(0, -24), true))`;
/** Wide enough for the page, and as high as what is to be seen. */
const screen = (height: number) => ({ width: 1280, height });

/** The pictures, one after the other: three of the recorded lab, and one of a made-up lab of a hundred machines. */
export async function* takePictures(studio: Studio): AsyncGenerator<{ name: string; png: Buffer }> {
  const endUs = Date.now() * 1000;
  await writeRecording(studio.store, endUs);
  // Nobody watches: a recording goes on with nothing, which would be alerts.
  const page = await collector(studio, { NESTWATCH_WATCH_ENABLED: 'false' });
  yield { name: 'lab', png: await shot(studio, `${page.url}/lab/${RECORDED_LAB}`, 1070) };
  await studio.processes.stop(page.child);

  await studio.store.write(madeUpRounds(endUs));
  const watching = await collector(studio, { NESTWATCH_WATCH_INTERVAL: '1s' });
  const slow =
    'document.querySelector("#connection.live") && document.querySelector("main")?.textContent.includes("Likely causes")';
  yield { name: 'slowdown', png: await shot(studio, `${watching.url}/lab/${RECORDED_LAB}`, 460, slow) };

  const file = join(studio.dir, 'report.html');
  await report(studio, file);
  yield { name: 'report', png: await shot(studio, pathToFileURL(file).href, 900, SCROLLED) };
  await studio.processes.stop(watching.child);

  await writeManyMachines(studio.store, { lab: 'hundred', count: 100, nowUs: Date.now() * 1000 });
  const { url } = await collector(studio, { NESTWATCH_WATCH_ENABLED: 'false' });
  yield { name: 'hundred', png: await shot(studio, `${url}/lab/hundred?open=m7`, 800) };
}

function collector({ processes, servers, signal }: Studio, env: Readonly<Record<string, string>>) {
  const settings = { NESTWATCH_PAGE_REFRESH: '300ms', ...env };
  return freePort().then((port) =>
    startCollector(processes, DIST, servers, port, () => undefined, signal, settings),
  );
}

async function shot(
  { browser }: Studio,
  url: string,
  height: number,
  ready = 'document.querySelector("#connection.live")',
): Promise<Buffer> {
  const tab = await browser.open(url, screen(height));
  try {
    await tab.until(ready);
    return await tab.screenshot();
  } finally {
    await tab[Symbol.asyncDispose]();
  }
}

async function report({ servers }: Studio, file: string): Promise<void> {
  const words = ['report', RECORDED_LAB, '--html', file, '--span', '8d'];
  const env = { ...process.env, INFLUX_URL: servers.influxUrl };
  const child = spawn(process.execPath, [join(DIST, 'nestwatch.mjs'), ...words], { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`nestwatch ${words.join(' ')} ended with ${code}`);
}

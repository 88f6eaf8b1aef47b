import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, startBrowser } from '../support/chromium.ts';
import { SEEDED_LAB, seedLab } from '../support/seed-lab.ts';

const program = resolve(import.meta.dirname, '../../dist/nestwatch.mjs');
const chromium = findChromium();
let lab: TestLab;
let file: string;

beforeAll(async () => {
  lab = await createTestLab();
  const nowUs = Date.now() * 1000;
  await seedLab(lab.store, nowUs);
  await lab.store.write(step(nowUs));
  file = join(lab.dir, 'report.html');
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** Forty rounds of a benchmark on guest0 in two hours, with a little noise, 1.6 times slower from the 20th on. */
function step(nowUs: number): string[] {
  return Array.from({ length: 40 }, (_, round) => {
    const noise = 1 + ((round * 7919) % 97) / 2000;
    const seconds = (round < 20 ? 2e-7 : 3.2e-7) * noise;
    const tags =
      'nestwatch_benchmark,benchmark=mem.touch,lab=inception,layer=0,name=guest0,node=n0,parent=none';
    const fields = `seconds_per_unit=${seconds},outcome=1,unit="page",round="r${round}",arguments_hash="a"`;
    return `${tags} ${fields} ${nowUs - (40 - round) * 170e6}`;
  });
}

function nestwatch(...words: string[]) {
  const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl };
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', env });
  return { status, stderr };
}

test('nestwatch report --html writes one file that holds everything', () => {
  const { status, stderr } = nestwatch('report', SEEDED_LAB, '--html', file, '--span', '2h');
  expect(stderr).toContain(`wrote the report of lab ${SEEDED_LAB}`);
  expect(status).toBe(0);
  const text = readFileSync(file, 'utf8');
  for (const name of ['guest0', 'guest1', 'guest2', 'guest3']) expect(text).toContain(name);
  expect(text).toContain('2.4 times as long');
  expect(text).toContain('×2.');
  expect(text).toMatch(/guest0<\/th><td>mem\.touch<\/td><td>▲ 1\.\d+ times slower/);
  expect(text).not.toMatch(/<script|src=|href=|url\(|@import/);
  expect(statSync(file).size).toBeLessThan(2e6);
});

test.each([
  [['report', 'nothing', '--html', 'x.html'], 'there is no lab nothing; known are inception'],
  [['report', '--html', '/nonexistent/x.html'], 'ENOENT'],
  [['report', '--html', 'x.html', '--span', 'yesterday'], 'yesterday'],
])('%j is refused, and says why', (words, why) => {
  const { status, stderr } = nestwatch(...words);
  expect(stderr).toContain(why);
  expect(status).not.toBe(0);
  expect(existsSync('x.html')).toBe(false);
});

describe.skipIf(chromium === undefined)('in a browser', () => {
  test('it draws its charts without asking for anything', async () => {
    await using browser = await startBrowser(chromium ?? '');
    await using tab = await browser.open(`file://${file}`, { width: 1280, height: 900 });
    expect(await tab.evaluate('document.querySelectorAll(".history").length')).toBeGreaterThanOrEqual(20);
    expect(await tab.evaluate('document.querySelectorAll(".dot").length')).toBeGreaterThan(50);
    const marks = 'document.querySelectorAll("figure:has(h3.words) .mark").length';
    expect(await tab.evaluate(marks)).toBeGreaterThanOrEqual(1);
    expect(tab.requests).toEqual([`file://${file}`]);
    expect(tab.complaints).toEqual([]);
  });

  test('it prints on a few pages, two charts beside each other', async () => {
    await using browser = await startBrowser(chromium ?? '');
    await using tab = await browser.open(`file://${file}`, { width: 1280, height: 900 });
    const pdf = (await tab.print()).toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    const pages = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(2);
    expect(pages).toBeLessThanOrEqual(7);
  });
});

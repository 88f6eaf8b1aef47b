import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AlertState } from '@nestwatch/proto';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../packages/collector/src/analysis/report/report.ts';
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
  await lab.store.write([...step(nowUs), ...told(nowUs)]);
  file = join(lab.dir, 'report.html');
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

/** When a round was. The seconds keep it apart from what the lab is seeded with at every minute. */
function atUs(nowUs: number, round: number): number {
  return nowUs - (40 - round) * 170e6 - 7e6;
}

/** Forty rounds of a benchmark on guest0 in two hours, with a little noise, 1.6 times slower from the 20th on. */
function step(nowUs: number): string[] {
  return Array.from({ length: 40 }, (_, round) => {
    const noise = 1 + ((round * 7919) % 97) / 2000;
    const seconds = (round < 20 ? 2e-7 : 3.2e-7) * noise;
    const tags =
      'nestwatch_benchmark,benchmark=mem.touch,lab=inception,layer=0,name=guest0,node=n0,parent=none';
    const fields = `seconds_per_unit=${seconds},outcome=1,unit="page",round="r${round}",arguments_hash="a"`;
    return `${tags} ${fields} ${atUs(nowUs, round)}`;
  });
}

/** An alert about it that went by after three rounds, one that fires, and an acceptance that was taken back with one that holds. */
function told(nowUs: number): string[] {
  const at = (round: number) => atUs(nowUs, round);
  const tags = 'lab=inception,layer=0,name=guest0,node=n0,parent=none';
  const alert = (state: number, firedUs: number, us: number, news = 1) =>
    `nestwatch_alert,${tags},rule=slowdown-self,subject=mem.touch fired_us=${firedUs},news=${news},severity=2,silenced=0,state=${state},text="slow" ${us}`;
  const accepted = (id: string, ended: number, us: number) =>
    `nestwatch_acceptance,${tags} benchmark="mem.touch",by="alice",ended=${ended},id="${id}",why="new host" ${us}`;
  const { FIRING, OVER } = AlertState;
  return [
    alert(FIRING, at(10) + 1, at(10) + 1),
    alert(OVER, at(10) + 1, at(13) + 1),
    alert(FIRING, at(24) + 1, at(24) + 1),
    alert(FIRING, at(24) + 1, nowUs - 30e6, 0),
    accepted('aa', 1, at(11)),
    accepted('bb', 0, at(30)),
  ];
}

function nestwatch(...words: string[]) {
  const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    maxBuffer: 16e6,
    env,
  });
  return { status, stdout, stderr };
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

test('it says what could have been seen, what was told of it, and what was accepted', () => {
  const { status, stdout } = nestwatch('report', SEEDED_LAB, '--json', '--span', '2h');
  expect(status).toBe(0);
  const { detections, acceptances } = JSON.parse(stdout) as Report;
  const seen = detections.find(({ stream, name }) => stream === 'mem.touch' && name === 'guest0');
  expect(seen).toMatchObject({
    rounds: 40,
    self: { noise: expect.closeTo(0.03, 2), minimumDetectable: expect.closeTo(1.35, 1) },
    told: { alerts: 2, firing: 1, accepted: 1, passed: 1 },
  });
  expect(acceptances).toMatchObject([{ id: 'bb', node: 'n0', benchmark: 'mem.touch', why: 'new host' }]);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('<td>2 alerts: 1 fires, 1 accepted, 1 went by</td>');
  expect(text).toContain('mem.touch of guest0</th><td>alice</td><td>new host</td><td><code>bb</code>');
});

test('nestwatch changes says what is different, and so does the report, first of all', () => {
  const { status, stdout, stderr } = nestwatch('changes', SEEDED_LAB, '--since', '30m', '--json');
  expect([status, stderr]).toEqual([0, '']);
  const { changes } = JSON.parse(stdout) as Report['differences'];
  const alert = changes.find(({ kind, name }) => kind === 'alert' && name === 'guest3');
  expect(alert).toMatchObject({ what: 'slowdown-self cpu.sha256', figure: 'critical', severity: 'critical' });
  const shown = nestwatch('changes', SEEDED_LAB, '--since', '30m').stdout;
  expect(shown).toMatch(/^lab inception, different since .* UTC: .*alerts? begun/);
  expect(shown).toMatch(/^alert begun +guest3 +slowdown-self cpu.sha256 +critical +\d{4}-/m);
  const markdown = nestwatch('changes', SEEDED_LAB, '--since', '30m', '--markdown').stdout;
  expect(markdown).toContain('| different | node | what | figure | when |');
  expect(nestwatch('report', SEEDED_LAB, '--span', '30m').stdout).toMatch(
    /^lab .*\n\nDifferent since .*alerts? begun/,
  );
  expect(readFileSync(file, 'utf8')).toContain('<h2>Different since');
  const wrong = nestwatch('changes', SEEDED_LAB, '--since', 'soon');
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('--since soon is not a moment: give 20'),
  ]);
});

test('nestwatch detection puts steps into what the lab measured', () => {
  const { status, stdout } = nestwatch('detection', SEEDED_LAB, '--span', '2h');
  expect(status).toBe(0);
  const [title = '', head = ''] = stdout.split('\n');
  expect(title).toContain(`on the history of lab ${SEEDED_LAB}`);
  expect(head).toMatch(
    /^NODE +BENCHMARK +AGAINST +ROUNDS +NOISE +BLIND +1.2× FOUND +1.5× FOUND +2.4× FOUND +ALERTS$/,
  );
  expect(stdout).toMatch(/^guest0 +mem\.touch +own past +40 +\d.\d % +25.0 % .* 1 \(2.50 in 100\)$/m);
  expect(stdout).toMatch(/^all +own past +40/m);
  const { status: none, stderr } = nestwatch('detection', SEEDED_LAB, '--span', '1s', '--json');
  expect([none, stderr]).toEqual([1, `lab ${SEEDED_LAB} has no results of benchmarks in that time\n`]);
});

test.each([
  [['report', 'nothing', '--html', 'x.html'], 'unknown lab nothing; known: inception'],
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
    expect(pages).toBeLessThanOrEqual(8);
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStore } from '@nestwatch/collector/influx/store';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { createTestLab, type TestLab } from '@nestwatch/testkit/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_US, historyLines } from '../support/compared-lab.ts';

const program = resolve(import.meta.dirname, '../../dist/nestwatch.mjs');
const dayUs = Math.floor(Date.now() / 86_400e3) * DAY_US;
const upgradedUs = dayUs - 10 * DAY_US;
/** When guest2's kernel was upgraded, as an operator writes it. */
const DATE = new Date(upgradedUs / 1000).toISOString().slice(0, 10);
let lab: TestLab;

beforeAll(async () => {
  lab = await createTestLab();
  const { store } = lab;
  await store.write(
    historyLines({
      lab: 'upgraded',
      fromUs: dayUs - 25 * DAY_US,
      toUs: dayUs,
      upgradedUs,
      slowdown: ({ benchmark, layer, timeUs }) => {
        if (timeUs < upgradedUs || layer < 3) return 1;
        return benchmark === 'cpu.sha256' ? 1.6 : 0.7;
      },
      settings: ({ benchmark, timeUs }) => (benchmark === 'mem.touch' && timeUs >= upgradedUs ? 'b' : 'a'),
      isMissing: (timeUs) => timeUs > dayUs - 5 * DAY_US && timeUs < dayUs - 3 * DAY_US,
      runOf: ({ layer, round }) => (layer === 1 && round > 50 ? `run-${round % 2}` : 'run'),
    }),
  );
  const slowdown = ({ layer }: { layer: number }) => (layer === 0 ? 1 : 1.4);
  await store.write(
    historyLines({ lab: 'other', fromUs: dayUs - 15 * DAY_US, toUs: dayUs, slowdown, seed: 3 }),
  );
  // What is older than 25 days is kept thinned out, where the continuous queries put it.
  const older = { INFLUX_URL: lab.servers.influxUrl, INFLUX_DATABASE: `${store.dialect.store}_long` };
  const long = await openStore(influxConfig(older));
  await long.write(
    historyLines({ lab: 'upgraded', fromUs: dayUs - 56 * DAY_US, toUs: dayUs - 25 * DAY_US, seed: 9 }),
  );
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
const ended = new Map<string, Ended>();

/** Runs the command, each once. */
function compare(...words: string[]): Ended {
  const known = ended.get(words.join(' '));
  if (known !== undefined) return known;
  const env = { ...process.env, INFLUX_URL: lab.servers.influxUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'compare', ...words], {
    encoding: 'utf8',
    env,
  });
  ended.set(words.join(' '), { status, stdout, stderr });
  return { status, stdout, stderr };
}

/** The rows of the table, by benchmark and node, with single blanks. */
function rowsIn(stdout: string): string[] {
  let benchmark = '';
  return stdout.split('\n').flatMap((line) => {
    const [, named = '', layer, rest] = /^(\S*) +(\d) +(guest\d.*)$/.exec(line) ?? [];
    // A row of the other table says nothing of rounds.
    if (layer === undefined || !rest?.includes(' / ')) return [];
    benchmark = named || benchmark;
    return [`${benchmark} ${rest.replace(/ +/g, ' ')}`];
  });
}

describe('nestwatch compare', () => {
  test('says what became slower at a date, and what differs', () => {
    const { status, stdout } = compare('upgraded', '--before', DATE);
    expect(status).toBe(0);
    const rows = rowsIn(stdout);
    const row = (start: string) => rows.find((each) => each.startsWith(start));
    expect(row('cpu.sha256 guest3')).toMatch(
      / ×1\.(5|6)\d \(1\.\d+ to 1\.\d+\) ×1\.\d+ .* 120 \/ 33 slower$/,
    );
    expect(row('cpu.sha256 guest2')).toMatch(/ same$/);
    expect(row('exit.cpuid guest3')).toMatch(/ ×0\.(69|70|71)\d? .* faster$/);
    expect(row('mem.touch guest3')).toMatch(/ – – 120 \/ 33 not compared: its settings changed$/);
    expect(row('probe.exit-latency guest3')).toMatch(/ same$/);
    expect(row('probe.steal guest3')).toMatch(/ 3\.1 % 3\.1 % .* same$/);
    expect(stdout).toMatch(/guest2 +kernel +\S+ 00:00 UTC +6\.1\.0-37-cloud-amd64 → 6\.12\.117/);
    // Colours are for terminals alone.
    expect(stdout).not.toContain('\u001b');
  });

  test('says what the reader has to know: holes, two agents, thinned-out points', () => {
    const { stdout } = compare('upgraded', '--before', DATE);
    expect(stdout).toMatch(/No round of guest0, guest1, guest2 and guest3 after .* for 2 days after/);
    expect(stdout).toContain('Two agents report as guest1');
    expect(stdout).toContain('has only thinned-out points');
  });

  test('by the kernel of the machine above, for who had the same all the time', () => {
    const { status, stdout, stderr } = compare(
      ...['upgraded', '--kernel', '6.1', '--kernel', '6.12', '--fail-above', '1.3'],
    );
    expect(status).toBe(3);
    expect(stderr).toMatch(/slower by more than 1\.3 times: guest3: cpu\.sha256 ×1\.\d+/);
    const rows = rowsIn(stdout);
    expect(rows.find((each) => each.startsWith('cpu.sha256 guest3'))).toMatch(
      /guest3 \(by guest2\) .*slower/,
    );
    expect(rows.some((each) => each.includes('guest1'))).toBe(false);
    expect(stdout).toContain('guest1 is skipped: neither it nor a machine above it');
  });

  test('fails for what is slower by more than is allowed, and for nothing else', () => {
    expect(compare('upgraded', '--before', DATE, '--fail-above', '1.3').status).toBe(3);
    const { status, stdout } = compare(
      ...['upgraded', '--before', DATE, '--fail-above', '1.3', '--benchmark', 'exit.cpuid'],
    );
    expect(status).toBe(0);
    expect(rowsIn(stdout)).toHaveLength(4);
    // From one round nothing is said, however slow it was.
    const after = new Date((dayUs - 0.3 * DAY_US) / 1000).toISOString().slice(0, 16);
    expect(compare('upgraded', '--before', DATE, '--after', after, '--fail-above', '1.3')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('too little to tell: 1 round after; it takes 3'),
    });
  });

  test('of two labs pairs the machines', () => {
    const { status, stdout } = compare('--lab', 'upgraded', '--lab', 'other', '--before', '');
    expect(status).toBe(0);
    expect(rowsIn(stdout).find((each) => each.startsWith('exit.cpuid guest1'))).toMatch(
      /×1\.(39|40|41) .*slower/,
    );
    expect(stdout).toMatch(/kernel +– +6\.1\.0-37-cloud-amd64, 6\.12\.117\S+ → 6\.1\.0-37-cloud-amd64/);
  });

  test('reads what is thinned out alone', () => {
    const { status, stdout } = compare('upgraded', '--before', '45d', '--after', '40d', '--span', '10d');
    expect(status).toBe(0);
    expect(rowsIn(stdout).find((each) => each.startsWith('cpu.sha256 guest3'))).toMatch(/ 40 \/ 40 same$/);
  });

  test('as JSON and as Markdown says the same', () => {
    const json = JSON.parse(compare('upgraded', '--before', DATE, '--json').stdout) as {
      counts: Record<string, number>;
      streams: { benchmark: string; rows: { name: string; verdict: string; change: { ratio: number } }[] }[];
      environment: { name: string; property: string; before: string[] }[];
    };
    expect(json.counts).toMatchObject({ slower: 1, faster: 1, 'not compared': 4 });
    const [hashing] = json.streams.filter(({ benchmark }) => benchmark === 'cpu.sha256');
    expect(hashing?.rows.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['guest0', 'same'],
      ['guest1', 'same'],
      ['guest2', 'same'],
      ['guest3', 'slower'],
    ]);
    expect(hashing?.rows[3]?.change.ratio).toBeCloseTo(1.6, 1);
    expect(json.environment).toMatchObject([{ name: 'guest2', property: 'kernel' }]);
    const { stdout } = compare('upgraded', '--before', DATE, '--markdown');
    expect(stdout).toMatch(/^\| {2}\| 3 \| guest3 \| \d+ MB\/s \| \d+ MB\/s \| ×1\.\d+ .* \| slower \|$/m);
    expect(stdout).toContain('**1 slower, ');
  });

  test('as one HTML file that holds everything, with charts', () => {
    const file = join(lab.dir, 'compare.html');
    const { status, stderr } = compare('upgraded', '--before', DATE, '--html', file);
    expect([status, stderr]).toEqual([0, `wrote the comparison to ${file}\n`]);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(text).toMatch(/cpu\.sha256<\/th>.*guest3.*✕<\/span> slower/s);
    // Two charts for each of five streams: by machine, and over time with the upgrade marked.
    expect(text.match(/<svg class="chart"/g)).toHaveLength(10);
    expect(text).toContain('<title>guest2: kernel 6.1.0-37-cloud-amd64 → 6.12.117');
  });

  test.each([
    [['none', '--before', '3d'], 2, 'unknown lab none; known: other, upgraded'],
    [['upgraded', '--kernel', '6.1', '--kernel', '7.0'], 2, 'known: 6.1.0-37-cloud-amd64, 6.12.117'],
    [['other', '--before', '60d'], 1, 'nothing to compare'],
  ])('%j ends with %i', (words, status, why) => {
    const found = compare(...words, '--fail-above', '1.3');
    expect(found.stderr).toContain(why);
    expect(found.status).toBe(status);
  });
});

describe('the page', () => {
  let url: string;
  beforeAll(async () => {
    url = (await lab.startCollector({ NESTWATCH_WATCH_ENABLED: 'false', NESTWATCH_RETENTION_RAW: '0d' })).url;
  });
  const page = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    return { answer, text: await answer.text() };
  };

  test('has a form that needs no script, and leads to itself alone', async () => {
    const { answer, text } = await page('/lab/upgraded/compare');
    expect(answer.status).toBe(200);
    expect(text).toMatch(/<form class="asked" method="get" action="\/lab\/upgraded\/compare">/);
    expect(text).toContain('<option>other</option>');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(
      (await fetch(`${url}/lab/upgraded/node/upgraded-1`)).headers.get('content-security-policy'),
    ).toContain("form-action 'none'");
  });

  test('shows what its address asks for', async () => {
    const { text } = await page(`/lab/upgraded/compare?before=${DATE}&after=&kernel=&kernel=&with=&span=`);
    expect(text).toContain(`value="${DATE}"`);
    expect(text).toMatch(/cpu\.sha256<\/th>.*guest3.*✕<\/span> slower/s);
    expect(text).not.toMatch(/<script(?! src="\/)|<style| style="| on\w+="/);
    expect((await page('/lab/upgraded/compare?with=other')).text).toContain('lab upgraded ↔ lab other');
    expect((await page('/lab/upgraded/compare?kernel=6.1&kernel=6.12')).text).toContain('guest3 (by guest2)');
  });

  test('has two spans by slider, which need no script either', async () => {
    const { text } = await page('/lab/upgraded/compare');
    expect(text).toMatch(
      /<form class="asked sliders" method="get" action="\/lab\/upgraded\/compare" data-spans>/,
    );
    expect(text.match(/<label>[^<]+<input type="range" name="(before|after|span)"/g)).toHaveLength(3);
    const chosen = await page('/lab/upgraded/compare?before=14&after=7&span=30');
    expect(chosen.text).toContain('before 14d ↔ after 7d');
    expect(chosen.text).toContain('name="before" min="1" max="90" value="14"');
    const apart = await page('/lab/upgraded/compare?before=3&after=7&span=5');
    expect(apart.text).toContain('the two sides would overlap');
  });

  test('says what is wrong with it, and has nothing of a lab that is not there', async () => {
    const wrong = await page('/lab/upgraded/compare?before=%3Cb%3E');
    expect(wrong.text).toContain('--before &#60;b&#62; is not a moment');
    expect((await page('/lab/none/compare')).answer.status).toBe(404);
    expect((await page('/lab/upgraded/compare/more')).answer.status).toBe(404);
    expect((await page('/lab/upgraded')).text).toContain('href="/lab/upgraded/compare"');
  });
});

describe('the page of a lab over a long time', () => {
  let url: string;
  beforeAll(async () => {
    url = (await lab.startCollector({ NESTWATCH_WATCH_ENABLED: 'false' })).url;
  });
  const textOf = async (query: string) => (await fetch(`${url}/lab/upgraded?${query}`)).text();

  test('joins what is thinned out to what is kept whole, and says from when on', async () => {
    const text = await textOf('span=50d&show=steal');
    expect(text).toMatch(/Before [-0-9: ]+ UTC there are only thinned-out points/);
    // Drawn from its start, and not from where every point is kept.
    const from = Number(/data-from="(\d+)"/.exec(text)?.[1]) * 1e6;
    expect(from).toBeLessThan(dayUs - 45 * DAY_US);
  });

  test('shows a time of which only thinned-out points are left, and one of which nothing is', async () => {
    const then = await textOf('from=40d&to=30d&show=exit');
    expect(then).toContain('<strong>4</strong> machines');
    expect(then).not.toContain('data-events');
    expect(await textOf('from=400d&to=300d')).toContain('No machine reported in this time.');
  });
});

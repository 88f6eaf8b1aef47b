import { PassThrough } from 'node:stream';
import type { Paint } from '@nestwatch/common/cli/colour';
import { expect, test } from 'vitest';
import { actionsIn } from '../../../src/cli/watch/keys.ts';
import { watchOnTerminal } from '../../../src/cli/watch/on-terminal.ts';
import { cutToWidth, drawn, enterScreen, leaveScreen } from '../../../src/cli/watch/screen.ts';
import { afterAction, type Reading, type View } from '../../../src/cli/watch/view.ts';
import type { FiringAlert } from '../../../src/read/alerts.ts';
import type { LiveRow } from '../../../src/read/live-table.ts';

const NOW_US = 1_790_000_000_000_000;
const plain: Paint = (_, text) => text;

const row = (node: string, layer: number, given: Partial<LiveRow> = {}): LiveRow => ({
  lab: 'lab',
  node,
  name: node,
  layer,
  lastSeenUs: NOW_US - 2_000_000,
  ...given,
});
const alert = (node: string, severity: string, rule: string) =>
  ({ lab: 'lab', node, severity, rule }) as FiringAlert;

const READING: Reading = {
  rows: [
    row('guest0', 0, { canHost: true, stealRatio: 0, exitUs: 1.2, timerUs: 60, availableBytes: 2 ** 33 }),
    row('guest1', 1, { parent: 'guest0', stealRatio: 0.34 }),
    row('guest2', 2, { parent: 'guest1', slowdown: 2.4 }),
    row('guest10', 1, { parent: 'guest0', lastSeenUs: NOW_US - 400e6 }),
  ],
  alerts: [alert('guest2', 'critical', 'slowdown-parent'), alert('guest2', 'warning', 'steal-high')],
  atUs: NOW_US - 1_000_000,
};
const VIEW: View = { reading: READING, order: 'tree', scrolled: 0 };
const SIZE = { columns: 120, rows: 12 };

/** What is seen on the screen. */
function seen(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what draws is taken out
  return text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').split('\r\n');
}

test('a tree of machines with what is worth a look, in a window', () => {
  const { text, lines } = drawn(VIEW, NOW_US, SIZE, plain);
  const [heading, title, ...rest] = seen(text).map((line) => line.trimEnd());
  expect(heading).toBe('4 machines in 1 lab · 1 silent · 1 critical · 1 warning · as a tree · 1 s ago');
  expect(title).toMatch(/^NODE +LAYER +HOSTS +STEAL +WAIT +EXIT +TIMER +MEM FREE +SLOW +ALERTS +SEEN$/);
  expect(rest.slice(0, 4).map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    'guest0  0  yes  0.0 %  -  1.20 µs  60.0 µs  8.00 GiB  -  -  2 s ago',
    '  guest1  1  -  34.0 %  -  -  -  -  -  -  2 s ago',
    '  guest2  2  -  -  -  -  -  -  ×2.40  slowdown-parent +1  2 s ago',
    '  guest10  1  -  -  -  -  -  -  -  -  7 min ago',
  ]);
  expect(rest.at(-1)).toMatch(/^q quit/);
  expect(seen(text)).toHaveLength(SIZE.rows);
  expect(lines).toBe(4);
});

test('trouble first: the gravest alert, then who is silent, then who is slow, then steal', () => {
  const { text } = drawn({ ...VIEW, order: 'trouble' }, NOW_US, SIZE, plain);
  const names = seen(text).flatMap((line) => /^guest\d+/.exec(line)?.[0] ?? []);
  expect(names).toEqual(['guest2', 'guest10', 'guest1', 'guest0']);
});

test('a hundred machines are scrolled, and a smaller window never shows beyond the end', () => {
  const rows = Array.from({ length: 100 }, (_, at) => row(`guest${at}`, 1));
  const view = { ...VIEW, reading: { ...READING, rows, alerts: [] } };
  const small = { columns: 40, rows: 8 };
  const first = drawn(view, NOW_US, small, plain);
  expect([first.page, first.lines]).toEqual([5, 100]);
  for (const line of seen(first.text)) expect(line.length).toBeLessThanOrEqual(40);
  const last = afterAction(view, 'last', first.page, first.lines);
  expect(seen(drawn(last, NOW_US, small, plain).text)[6]).toContain('guest99');
  expect(afterAction(last, 'page-down', 5, 100).scrolled).toBe(95);
  expect(afterAction(last, 'page-up', 5, 100).scrolled).toBe(90);
  expect(afterAction(view, 'up', 5, 100).scrolled).toBe(0);
  expect(drawn({ ...last, scrolled: 95 }, NOW_US, { columns: 40, rows: 60 }, plain).scrolled).toBe(43);
});

test('names of guests move no cursor, and an error keeps what was read before', () => {
  const name = 'evil\u001b[2J\u001b[H\r\nfake';
  const reading = { ...READING, rows: [row('guest1', 1, { name })] };
  const { text } = drawn({ ...VIEW, reading, error: 'away\u001b[31m' }, NOW_US, SIZE, plain);
  expect(text).not.toContain('\u001b[2J');
  const lines = seen(text);
  expect(lines[1]).toBe('cannot read InfluxDB: away\\u001b[31m');
  expect(lines[3]).toMatch(/^ {2}evil\ufffd\[2J\ufffd\[H {2}fake/);
});

test('colours take no room, and keys are told apart', () => {
  expect(cutToWidth('\u001b[31mabc\u001b[39mdef', 4)).toBe('\u001b[31mabc\u001b[39md');
  expect(actionsIn('o\u001b[A\u001b[6~x\u001b[1;5Cq\u0003')).toEqual([
    'order',
    'up',
    'page-down',
    'quit',
    'quit',
  ]);
});

test('the terminal is given back as it was, by q and by a signal, and readings that fail are shown', async () => {
  for (const end of ['key', 'signal'] as const) {
    const stop = new AbortController();
    const raw: boolean[] = [];
    const stdin = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => raw.push(on),
    });
    const stdout = Object.assign(new PassThrough(), { isTTY: true, ...SIZE });
    let written = '';
    stdout.on('data', (part: Buffer) => {
      written += part;
    });
    const readings = [
      async () => READING,
      async () => {
        throw new Error('InfluxDB is away');
      },
    ];
    const read = async () => (readings.shift() ?? readings[0] ?? (async () => READING))();
    const context = { stdin, stdout, env: {}, signal: stop.signal } as unknown as Parameters<
      typeof watchOnTerminal
    >[0];
    const code = watchOnTerminal(context, read, 3_600_000);
    await expect.poll(() => written).toContain('guest10');
    stdin.write(' ');
    await expect.poll(() => written).toContain('cannot read InfluxDB: InfluxDB is away');
    if (end === 'key') stdin.write('q');
    else stop.abort();
    expect(await code).toBe(0);
    expect(raw).toEqual([true, false]);
    expect(written.startsWith(enterScreen)).toBe(true);
    expect(written.endsWith(leaveScreen)).toBe(true);
    expect([stdin.listenerCount('data'), stdout.listenerCount('resize')]).toEqual([0, 0]);
  }
});

import type { Paint } from '@nestwatch/common/cli/colour';
import { escaped } from '@nestwatch/common/harmless';
import { headingOf, tableOf } from './render.ts';
import { clamped, type View } from './view.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const TO_END_OF_LINE = '\u001b[K';
const TO_END_OF_SCREEN = '\u001b[J';
const RESET = '\u001b[0m';

/** Lines around the table: the heading, its own title, and the keys. */
const AROUND = 3;
const KEYS = 'q quit · o order · ↑ ↓ PgUp PgDn · space now';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Takes the terminal over. What was there comes back at the end. */
export const enterScreen = ENTER;
export const leaveScreen = LEAVE;

/** The whole screen, to be written over the one before: nothing flickers. And how it can be scrolled. */
export function drawn(view: View, nowUs: number, size: Size, paint: Paint) {
  const { reading, error, order } = view;
  const [title = '', ...table] = reading === undefined ? [] : tableOf(reading, nowUs, order, paint);
  const page = Math.max(1, size.rows - AROUND - Number(error !== undefined));
  const scrolled = clamped(view.scrolled, page, table.length);
  const heading = reading === undefined ? 'reading …' : headingOf(reading, nowUs, order, paint);
  const body = table.slice(scrolled, scrolled + page);
  const lines = [
    heading,
    ...(error === undefined ? [] : [paint('red', `cannot read InfluxDB: ${escaped(error)}`)]),
    paint('dim', title),
    ...body,
    ...Array.from({ length: page - body.length }, () => ''),
    paint('dim', `${KEYS}${whereOf(scrolled, page, table.length)}`),
  ];
  const text = lines
    .slice(0, size.rows)
    .map((line) => `${cutToWidth(line, size.columns)}${RESET}${TO_END_OF_LINE}`)
    .join('\r\n');
  return { text: `${HOME}${text}${TO_END_OF_SCREEN}`, page, lines: table.length, scrolled };
}

function whereOf(scrolled: number, page: number, lines: number): string {
  return lines <= page ? '' : ` · ${scrolled + 1} to ${Math.min(lines, scrolled + page)} of ${lines}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
const PART = /\u001b\[[\d;]*m|[\s\S]/gu;

/** As many letters as fit; colours take no room. */
export function cutToWidth(line: string, columns: number): string {
  let width = 0;
  let cut = '';
  for (const [part] of line.matchAll(PART)) {
    if (!part.startsWith('\u001b')) width += 1;
    if (width > columns) break;
    cut += part;
  }
  return cut;
}

import { readFileSync, writeFileSync } from 'node:fs';
import { dividedRealRow, dividedRow } from './divided.ts';
import { driftRow } from './drift-rates.ts';
import { episodesRow, realEpisodes } from './episodes.ts';
import { type Case, falseAlarms, found, foundOf, percent, type Share } from './error-rates.ts';
import { lastingRow } from './lasting.ts';
import { realRow } from './real-rates.ts';
import { readSeries } from './real-series.ts';
import { NOISE_KINDS } from './simulation.ts';
import { smallRow } from './small-rates.ts';

const STEPS = [
  { factor: 1.2 },
  { factor: 1.2, within: 5 },
  { factor: 1.5 },
  { factor: 2.4 },
  { factor: 1.5, upgrade: true },
];
const PROMISED: readonly Case[] = NOISE_KINDS.flatMap((kind) =>
  [0.05, 0.1].map((noise) => ({ kind, noise })),
);
const BEYOND: readonly Case[] = [
  ...NOISE_KINDS.map((kind) => ({ kind, noise: 0.15 })),
  { kind: 'spiky', noise: 0.1, spikes: 0.1 },
];
/** Simulated series for each row of the table of error rates; the other tables have fewer. */
const SERIES = Number(process.env['NESTWATCH_DETECTION_SERIES'] ?? 2000);

/** The tables, by the marks around them in the document. Those of real series only where files are given. */
const TABLES: Readonly<Record<string, (files: readonly string[]) => string[]>> = {
  online: onlineRows,
  lasting: () => [lastingRow(PROMISED, SERIES / 8)],
  small: () => PROMISED.map((of) => smallRow(label(of), of, SERIES / 10)),
  episodes: () => PROMISED.map((of) => episodesRow(label(of), of, SERIES / 10)),
  drift: () => PROMISED.map((of) => driftRow(label(of), of, SERIES / 40)),
  offline: () => NOISE_KINDS.map(dividedRow),
  real: realRows,
  'offline-real': (files) => files.map((file) => dividedRealRow(file, readSeries(file))),
};

/**
 * `npm run detection`: puts the error rates into the tables of docs/evidence/detection.md. Takes a quarter of an hour. Fails when the
 * promise is not kept on average over the noises up to 10 %. Files of real series, given after the document, make the
 * tables of real series; without them these stay as they are. NESTWATCH_DETECTION_SERIES: simulated series for each row;
 * NESTWATCH_DETECTION_TABLES: only these, such as "online,small".
 */
function main(document: string, files: readonly string[]): void {
  const wanted = process.env['NESTWATCH_DETECTION_TABLES']?.split(',') ?? Object.keys(TABLES);
  for (const [name, rowsOf] of Object.entries(TABLES)) {
    if (!wanted.includes(name) || (name.endsWith('real') && files.length === 0)) continue;
    process.stderr.write(`${name}\n`);
    const rows = rowsOf(files);
    writeFileSync(document, fill(readFileSync(document, 'utf8'), name, rows));
  }
}

function onlineRows(): string[] {
  const alarmRates: number[] = [];
  const foundRates: number[] = [];
  const rows = [...PROMISED, ...BEYOND].map((of) => {
    process.stderr.write(`${label(of)}\n`);
    const alarms = falseAlarms(of, SERIES);
    const steps = foundOf(of, STEPS, 90, SERIES);
    const young = found(of, 1.5, 20, SERIES / 2);
    if (PROMISED.includes(of)) {
      alarmRates.push(alarms.rate);
      foundRates.push(steps[2]?.rate ?? 0, steps[4]?.rate ?? 0);
    }
    return `| ${label(of)} | ${perHundred(alarms)} | ${[...steps, young].map(percent).join(' | ')} |`;
  });
  const [alarms, steps] = [mean(alarmRates), mean(foundRates)];
  process.stderr.write(`up to 10 %: ${100 * alarms} false alarms in 100 rounds, ${100 * steps} % found\n`);
  if (alarms > 0.001 || steps < 0.98) process.exitCode = 1;
  return rows;
}

function realRows(files: readonly string[]): string[] {
  const series = files.flatMap(readSeries);
  const { atOnce, waiting } = realEpisodes(series);
  process.stderr.write(`${atOnce} steps told of at once, ${waiting} after waiting\n`);
  return series.map(realRow);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function label({ kind, noise, spikes }: Case): string {
  const often = spikes === undefined ? '' : ` in ${spikes * 100} % of rounds`;
  return `${kind}${often} | ${Math.round(noise * 100)} %`;
}

function perHundred({ rate, low, high }: Share): string {
  return `${(100 * rate).toFixed(3)} (${(100 * low).toFixed(3)} to ${(100 * high).toFixed(3)})`;
}

/** Replaces the rows of a table, which stands between its marks: after its two lines of titles. */
function fill(text: string, name: string, rows: readonly string[]): string {
  const marks = new RegExp(`(<!-- detection:${name} -->\n(?:.*\n){2})[^]*?(<!-- /detection -->)`);
  if (!marks.test(text)) throw new Error(`the document has no table ${name}`);
  return text.replace(marks, (_, titles: string, end: string) => `${titles}${rows.join('\n')}\n${end}`);
}

const [document = 'docs/evidence/detection.md', ...files] = process.argv.slice(2);
main(document, files);

import { readFileSync, writeFileSync } from 'node:fs';
import { dividedRealRow, dividedRow } from './divided.ts';
import { episodes, realEpisodes } from './episodes.ts';
import { type Case, falseAlarms, found, foundOf, percent, type Share } from './error-rates.ts';
import { realRow } from './real-rates.ts';
import { readSeries } from './real-series.ts';
import { NOISE_KINDS } from './simulation.ts';

const STEPS = [
  { factor: 1.2 },
  { factor: 1.2, within: 5 },
  { factor: 1.5 },
  { factor: 2.4 },
  { factor: 1.5, upgrade: true },
];

/**
 * `npm run detection`: puts the error rates into the tables of docs/detection.md. Takes minutes. Fails when the promise
 * is not kept on average over the noises up to 10 %. Files of real series, given after the document, make the table of
 * real series; without them it stays as it is. NESTWATCH_DETECTION_SERIES: simulated series for each row.
 */
function main(document: string, files: readonly string[]): number {
  const series = Number(process.env['NESTWATCH_DETECTION_SERIES'] ?? 2000);
  const promised: Case[] = NOISE_KINDS.flatMap((kind) => [0.05, 0.1].map((noise) => ({ kind, noise })));
  const beyond: Case[] = [
    ...NOISE_KINDS.map((kind) => ({ kind, noise: 0.15 })),
    { kind: 'spiky', noise: 0.1, spikes: 0.1 },
  ];
  const alarmRates: number[] = [];
  const foundRates: number[] = [];
  const rows = [...promised, ...beyond].map((of) => {
    process.stderr.write(`${label(of)}\n`);
    const alarms = falseAlarms(of, series);
    const steps = foundOf(of, STEPS, 90, series);
    const young = found(of, 1.5, 20, series / 2);
    if (promised.includes(of)) {
      alarmRates.push(alarms.rate);
      foundRates.push(steps[2]?.rate ?? 0, steps[4]?.rate ?? 0);
    }
    return `| ${label(of)} | ${perHundred(alarms)} | ${[...steps, young].map(percent).join(' | ')} |`;
  });
  let text = fill(readFileSync(document, 'utf8'), 'online', rows);
  text = fill(text, 'offline', NOISE_KINDS.map(dividedRow));
  text = fill(
    text,
    'episodes',
    promised.map((of) => episodesRow(of, series / 5)),
  );
  if (files.length > 0) {
    const real = files.flatMap(readSeries);
    text = fill(text, 'real', real.map(realRow));
    text = fill(
      text,
      'offline-real',
      files.map((file) => dividedRealRow(file, readSeries(file))),
    );
    const { atOnce, waiting } = realEpisodes(real);
    process.stderr.write(`real series: ${atOnce} steps told of at once, ${waiting} after waiting\n`);
  }
  writeFileSync(document, text);
  const [alarms, steps] = [mean(alarmRates), mean(foundRates)];
  process.stderr.write(`up to 10 %: ${100 * alarms} false alarms in 100 rounds, ${100 * steps} % found\n`);
  return alarms <= 0.001 && steps >= 0.98 ? 0 : 1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function episodesRow(of: Case, series: number): string {
  const { atOnce, waiting, real, realWaiting } = episodes(of, series);
  const gone = atOnce.hits === 0 ? '–' : (100 * (1 - waiting.hits / atOnce.hits)).toFixed(0);
  return `| ${label(of)} | ${[atOnce, waiting].map(percent).join(' | ')} | ${gone} | ${[real, realWaiting].map(percent).join(' | ')} |`;
}

function label({ kind, noise, spikes }: Case): string {
  const often = spikes === undefined ? '' : ` in ${spikes * 100} % of rounds`;
  return `${kind}${often} | ${Math.round(noise * 100)} %`;
}

function perHundred({ rate, low, high }: Share): string {
  return `${(100 * rate).toFixed(3)} (${(100 * low).toFixed(3)} to ${(100 * high).toFixed(3)})`;
}

/** Replaces the rows of the table that follows `<!-- name -->`. */
function fill(text: string, name: string, rows: readonly string[]): string {
  const mark = `<!-- ${name} -->\n`;
  const [before, after] = text.split(mark);
  if (before === undefined || after === undefined) throw new Error(`the document has no ${mark}`);
  const lines = after.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return `${before}${mark}${[...lines.slice(0, 2), ...rows, ...lines.slice(end)].join('\n')}`;
}

const [document = 'docs/detection.md', ...files] = process.argv.slice(2);
process.exitCode = main(document, files);

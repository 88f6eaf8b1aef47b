import { readFileSync, writeFileSync } from 'node:fs';
import { seeded } from '@nestwatch/testkit/random';
import { changePoints } from '../../../src/analysis/detect/change-points.ts';
import { type Case, falseAlarms, found, type Share, share } from './error-rates.ts';
import { NOISE_KINDS, type NoiseKind, simulate } from './simulation.ts';

/**
 * `npm run detection`: puts the error rates into the tables of docs/detection.md. Takes minutes. Fails when the
 * promise is not kept with the whole confidence interval of the false alarms, and on average for the steps.
 */
function main(document: string): number {
  const promised: Case[] = NOISE_KINDS.flatMap((kind) => [0.05, 0.1].map((noise) => ({ kind, noise })));
  const beyond: Case[] = [
    ...NOISE_KINDS.map((kind) => ({ kind, noise: 0.15 })),
    { kind: 'spiky', noise: 0.1, spikes: 0.1 },
  ];
  const broken: string[] = [];
  const rows = [...promised, ...beyond].map((of) => {
    process.stderr.write(`${label(of)}\n`);
    const alarms = falseAlarms(of, 4000);
    const steps = [1.2, 1.5, 2.4].map((factor) => found(of, factor, 90, 4000));
    const young = found(of, 1.5, 20, 2000);
    const kept = alarms.high <= 0.001 && (steps[1]?.rate ?? 0) >= 0.98;
    if (promised.includes(of) && !kept) broken.push(label(of));
    return `| ${label(of)} | ${perHundred(alarms)} | ${steps.map(percent).join(' | ')} | ${percent(young)} |`;
  });
  const divided = NOISE_KINDS.map(
    (kind) =>
      `| ${kind} | ${[20, 50, 100].map((rounds) => percent(dividedShare(kind, rounds))).join(' | ')} |`,
  );
  const text = readFileSync(document, 'utf8');
  writeFileSync(document, fill(fill(text, 'online', rows), 'offline', divided));
  for (const each of broken) process.stderr.write(`promise broken: ${each}\n`);
  return broken.length === 0 ? 0 : 1;
}

function dividedShare(kind: NoiseKind, rounds: number): Share {
  let divided = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const values = simulate({ kind, noise: 0.05, rounds, seed }).map((seen) => seen.own - seen.reference);
    if (changePoints(values, seeded(seed)).length > 0) divided += 1;
  }
  return share(divided, 300);
}

function label({ kind, noise, spikes }: Case): string {
  const often = spikes === undefined ? '' : ` in ${spikes * 100} % of rounds`;
  return `${kind}${often} | ${Math.round(noise * 100)} %`;
}

function perHundred({ rate, low, high }: Share): string {
  return `${(100 * rate).toFixed(3)} (${(100 * low).toFixed(3)} to ${(100 * high).toFixed(3)})`;
}

function percent({ rate, low, high }: Share): string {
  return `${(100 * rate).toFixed(1)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
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

process.exitCode = main(process.argv[2] ?? 'docs/detection.md');

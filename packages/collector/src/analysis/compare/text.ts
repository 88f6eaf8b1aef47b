import type { Change } from '@nestwatch/common/compare-times';
import { formatCost, formatPercent, significant } from '@nestwatch/common/quantities';
import { titleOf } from '../../read/result.ts';
import { isProbe } from '../result-groups.ts';
import type {
  ComparedRow,
  ComparedSide,
  ComparedStream,
  Comparison,
  EnvironmentDifference,
  Figures,
} from './comparison.ts';
import { moment, onSide } from './wording.ts';

/** How a comparison is worded, wherever it is shown. */

/** "before 2026-11-20 ↔ after 2026-11-20". */
export function titleText({ before, after }: Comparison): string {
  return `${before.label} ↔ ${after.label}`;
}

/** "lab a, 2026-11-01 06:00 UTC to 2026-11-19 18:00 UTC, 412 results". */
export function sideText({ lab, results, firstUs, lastUs, fromUs, toUs }: ComparedSide): string {
  const [from, to] = [moment(firstUs ?? fromUs), moment(lastUs ?? toUs)];
  return `lab ${lab}, ${from} to ${to}, ${results === 0 ? 'no' : results} results`;
}

/** "3 slower, 12 same, 1 faster, 8 too little to tell". */
export function countsText({ counts }: Comparison): string {
  const said = Object.entries(counts).filter(([, count]) => count > 0);
  return said.length === 0
    ? 'nothing to compare'
    : said.map(([what, count]) => `${count} ${what}`).join(', ');
}

export function streamTitle(stream: ComparedStream): string {
  return `${titleOf(stream)}${stream.targetName === '' ? '' : ` from ${stream.targetName}`}`;
}

/** What a side measured; "–" for nothing. A probe of steal has no unit of its own: it is a stretch. */
export function figureText(stream: ComparedStream, { secondsPerUnit }: Figures): string {
  return secondsPerUnit === undefined ? '–' : costText(stream, secondsPerUnit);
}

export function costText({ benchmark, unit }: ComparedStream, secondsPerUnit: number): string {
  return benchmark === 'probe.steal'
    ? formatPercent(1 - 1 / secondsPerUnit, 1)
    : formatCost(secondsPerUnit, unit);
}

/** "×1.52 (1.48 to 1.60)"; "–" where nothing is known. */
export function changeText(change: Change | undefined): string {
  if (change === undefined) return '–';
  return `×${significant(change.ratio)} (${significant(change.low)} to ${significant(change.high)})`;
}

/** "40 / 38", of a probe in windows. */
export function roundsText({ before, after }: ComparedRow): string {
  return `${before.rounds} / ${after.rounds}`;
}

/** "slower"; "too little to tell: 2 rounds after; it takes 3". */
export function verdictText({ verdict, why, fails }: ComparedRow): string {
  return why === undefined ? `${verdict}${fails ? ', too much' : ''}` : `${verdict}: ${why}`;
}

/** "guest3"; "guest3 (by guest2)" where another machine's environment decides. */
export function nodeText({ name, dividedBy }: ComparedRow): string {
  return dividedBy === undefined ? name : `${name} (by ${dividedBy.name})`;
}

/** "kernel 6.1.0-37 → 6.12.117, since 2026-11-20 06:00 UTC". */
export function differenceText({ property, text, sinceUs }: EnvironmentDifference): string {
  return `${property} ${text}${sinceUs === undefined ? '' : `, since ${moment(sinceUs)}`}`;
}

/** What else the reader has to know: the notes, and how many rounds were left out. */
export function notesOf(comparison: Comparison): string[] {
  const sides = comparison.streams.flatMap(({ rows }) =>
    rows.flatMap(({ before, after }) => [before, after]),
  );
  const sum = (of: 'doubtful' | 'otherSettings') => sides.reduce((all, each) => all + each[of], 0);
  const [doubtful, other] = [sum('doubtful'), sum('otherSettings')];
  return [
    ...comparison.notes,
    ...(doubtful === 0 ? [] : [`${left(doubtful)} because the clock jumped or the machine was paused.`]),
    ...(other === 0 ? [] : [`${left(other)} because they were measured with other settings.`]),
  ];
}

function left(count: number): string {
  return count === 1 ? '1 result is left out,' : `${count} results are left out,`;
}

/** What the columns mean, in a sentence for each. */
export function legendOf({ before, after, worth, streams }: Comparison): string {
  const probes = streams.some(isProbe) ? ' A round of a probe is a time window.' : '';
  const divided = streams.flatMap(({ rows }) => rows).some(({ dividedBy }) => dividedBy !== undefined);
  const by = divided ? ' "By" names the machine above whose environment changed.' : '';
  return `× is the time ${onSide(after.label)} divided by the time ${onSide(before.label)}, with its 95 % confidence interval in brackets. Changes below ${worth} are not reported. "Against parent" is the part that this layer causes.${probes}${by}`;
}

/** Those that are slower by more than is allowed: "guest3: cpu.sha256 ×1.52 (1.48 to 1.60)". */
export function failures({ streams }: Comparison): string[] {
  return streams.flatMap((stream) =>
    stream.rows
      .filter(({ fails }) => fails)
      .map(({ name, change }) => `${name}: ${streamTitle(stream)} ${changeText(change)}`),
  );
}

import { formatPercent, significant } from '@nestwatch/common/quantities';
import type { StoredAcceptance } from '../../read/acceptances.ts';
import type { ReportDetection, ReportTold, Sight } from './report.ts';
import { timeText } from './text.ts';

/** What the table of detections says, in the order of its columns. */
export const DETECTION_COLUMNS: readonly {
  readonly title: string;
  readonly value: (detection: ReportDetection) => string;
}[] = [
  { title: 'node', value: ({ name }) => name },
  { title: 'benchmark', value: ({ stream }) => stream },
  { title: 'rounds', value: ({ rounds }) => String(rounds) },
  { title: 'since', value: ({ sinceUs }) => timeText(sinceUs).slice(0, 10) },
  { title: 'alone', value: ({ self }) => sightText(self) },
  { title: 'vs parent', value: ({ parent }) => sightText(parent) },
  { title: 'trust', value: ({ trust }) => trustText(trust) },
  { title: 'alerts', value: ({ told }) => toldText(told) },
];

const MEANING =
  "Noise of one round, and the smallest slowdown that three rounds show in 95 of 100 cases: against the node's own past, and against its parent in the same rounds. A slowdown of both cancels out in the ratio, but their noise adds up: trust the comparison with less noise.";
const WENT_BY =
  '"Went by" counts alerts that ended within ten rounds, without an acceptance or a change of a machine. Most false alarms do so, and so do slowdowns that somebody fixed.';

/** What the columns mean, and the words in them. */
export function detectionMeaning(detections: readonly ReportDetection[]): string {
  return detections.some(({ told }) => told.passed > 0) ? `${MEANING} ${WENT_BY}` : MEANING;
}

/** "±4 %, ≥ 1.28×"; "–" while too little is known. */
export function sightText(sight: Sight | undefined): string {
  if (sight === undefined) return '–';
  return `±${formatPercent(sight.noise, 1)}, ≥ ${significant(sight.minimumDetectable)}×`;
}

export function trustText(trust: ReportDetection['trust']): string {
  if (trust === undefined) return '–';
  return trust === 'self' ? 'its own past' : 'the parent';
}

/** "3 alerts: 1 fires, 1 accepted, 1 went by". */
export function toldText({ alerts, firing, accepted, passed }: ReportTold): string {
  if (alerts === 0) return 'nothing';
  const parts = [
    firing > 0 && `${firing} fires`,
    accepted > 0 && `${accepted} accepted`,
    passed > 0 && `${passed} went by`,
  ].filter((part) => part !== false);
  return `${alerts} alert${alerts === 1 ? '' : 's'}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** "cpu.sha256 of guest2", "all of the lab". */
export function acceptedText(
  { node, benchmark }: Pick<StoredAcceptance, 'node' | 'benchmark'>,
  named: (node: string) => string,
): string {
  if (node === undefined) return benchmark ?? 'all of the lab';
  return `${benchmark ?? 'all'} of ${named(node)}`;
}

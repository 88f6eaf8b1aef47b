import { formatDuration } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import { type JudgedLab, type StreamView, streamText } from '../../analysis/judged-lab.ts';
import { isProbe } from '../../analysis/result-groups.ts';
import { count, nodeText } from '../../analysis/text.ts';
import { CANARY } from '../../read/canary.ts';
import { isSilent, SILENT_AFTER_MS } from '../../read/silent.ts';
import { defineStreamRule, number, time } from './rule.ts';

const HOUR_MS = 3_600_000;

/** A benchmark that used to give results does not any more, though its node is there. */
export const noResult = defineStreamRule({
  name: 'no-result',
  meaning: 'A benchmark gave no result on a node for two rounds in a row.',
  severity: 'warning',
  parameters: {
    rounds: number('Rounds in a row without a result that raise it', 2),
    patience: time('Time after which a round without a result counts as missed', HOUR_MS),
    silent: time('Silence of the node from which the rule node-silent covers it instead', SILENT_AFTER_MS),
    forget: time('Age of the newest result at which the benchmark counts as removed', 14 * 24 * HOUR_MS),
  },
  against: 'self',
  find(node, stream, limits, view) {
    const newestUs = stream.resultTimesUs.at(-1);
    // That a canary does not boot is said by cannot-boot.
    if (newestUs === undefined || isProbe(stream) || stream.benchmark === CANARY) return undefined;
    if (isSilent(node.lastSeenUs, view.nowUs, limits.silent)) return undefined;
    if (view.nowUs - newestUs > limits.forget * 1000) return undefined;
    const missed = stream.missed.filter(
      (round) => view.nowUs - round.timeUs > limits.patience * 1000 || round.reason !== '',
    );
    const reason = missed.findLast((round) => round.reason !== '')?.reason;
    const rounds = Math.max(missed.length, overdue(view, stream, limits.patience));
    if (rounds < limits.rounds) return undefined;
    return {
      value: rounds,
      summary: `${nodeText(node)} gave no result of ${streamText(view, stream)} for ${count(rounds, 'round')}; the last one is ${formatDuration((view.nowUs - newestUs) / 1e6)} old.`,
      details: reason === undefined ? [] : [`Reason: ${reason}.`],
    };
  },
});

/** Rounds that should have been by now, when results used to come regularly and nobody in the lab has any. */
function overdue(view: JudgedLab, { resultTimesUs }: StreamView, patienceMs: number): number {
  const times = resultTimesUs.slice(-12);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const usualUs = median(gaps);
  // Rounds closer together than this were asked for by hand, and nothing follows from their end.
  if (gaps.length < 5 || usualUs < patienceMs * 500) return 0;
  const lateUs = view.nowUs - (times.at(-1) ?? view.nowUs) - patienceMs * 1000;
  return Math.max(0, Math.floor(lateUs / usualUs));
}

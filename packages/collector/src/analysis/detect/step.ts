import { median } from '@nestwatch/common/statistics';
import { type Baseline, foretelling, innovationSpread, levelVariance } from './baseline.ts';

/** Newest results that are judged together, and kept out of the baseline until judged. */
export const JUDGED = 3;

export const STEP_LIMITS = {
  /** Smallest change worth a word, as a ratio of times: 1.2 is 20 % slower. */
  smallest: 1.2,
  /** Evidence asked for, in standard errors of the estimated step. */
  evidence: 2.9,
  /** A step below this ratio has to show in this many rounds more: short episodes are mostly small. */
  waitBelow: 1.3,
  waitRounds: 2,
  /** A step of this ratio hardly ever waits. */
  neverWait: 1.5,
};
type StepLimits = Readonly<typeof STEP_LIMITS>;

/**
 * Tests whether the level stepped up before the first of the judged residuals (value minus baseline level).
 *
 * The step is estimated by generalised least squares with first-order autocorrelation, because results of
 * neighbouring rounds resemble each other and three alike are then worth less than three. Against spikes, the
 * highest may not lead alone (it is capped one spread above the middle one) and the lowest has to be up too.
 *
 * @param before the residual of the last value ahead of the judged ones
 */
export function isStep(
  baseline: Baseline,
  residuals: readonly number[],
  before: number,
  limits: StepLimits,
): boolean {
  const { spread, correlation } = baseline;
  const change = median(residuals);
  const cap = change + spread;
  let previous = foretelling(baseline, before);
  let weighted = 0;
  let weights = 0;
  residuals.forEach((residual, at) => {
    const value = Math.min(residual, cap);
    const weight = at === 0 ? 1 : 1 - correlation;
    weighted += weight * (value - correlation * previous);
    weights += weight * weight;
    previous = value;
  });
  const evidence = weighted / weights / standardError(baseline, weights);
  const lowest = Math.min(...residuals);
  const smallest = Math.log(limits.smallest);
  return (
    residuals.length >= JUDGED &&
    evidence >= evidenceNeeded(baseline, limits) &&
    change >= Math.max(smallest, 1.8 * spread) &&
    lowest >= Math.max(smallest / 2, 1.2 * spread, 0.3 * change)
  );
}

/**
 * The smallest slowdown that is found within three rounds in at least 95 of 100 cases, as a ratio of times:
 * what could have been missed. Calibrated by simulation in the tests.
 */
export function minimumDetectable(baseline: Baseline, limits: StepLimits = STEP_LIMITS): number {
  const { spread, correlation } = baseline;
  const weights = 1 + (JUDGED - 1) * (1 - correlation) ** 2;
  const error = standardError(baseline, weights);
  const byEvidence = (evidenceNeeded(baseline, limits) + 1.65) * error;
  // The middle and the lowest of three normal values, and how they scatter (0.67 and 0.75 spreads).
  const byMiddle = Math.max(Math.log(limits.smallest), 1.8 * spread) + 1.65 * 0.75 * spread;
  const byLowest =
    Math.max(Math.log(limits.smallest) / 2, 1.2 * spread) + 0.85 * spread + 1.65 * 0.75 * spread;
  const byWaiting = limits.waitRounds > 0 ? waitBar(baseline, limits) + 1.65 * 0.75 * spread : 0;
  return Math.exp(Math.max(byEvidence, byMiddle, byLowest, byWaiting));
}

/**
 * A step below this, as a logarithm, waits. In noise less does, so that hardly a step of `neverWait` times is taken for a
 * smaller one: the middle of three scatters by two thirds of a spread, and by more where neighbours resemble each other.
 */
export function waitBar({ spread, correlation }: Baseline, { waitBelow, neverWait }: StepLimits): number {
  const scatter = spread * (0.67 + 0.35 * correlation);
  return Math.min(Math.log(waitBelow), Math.log(neverWait) - 3.3 * scatter);
}

// A spread learned from few values may be too small by luck.
function evidenceNeeded({ count }: Baseline, limits: StepLimits): number {
  return limits.evidence * (1 + 4 / count);
}

function standardError(baseline: Baseline, weights: number): number {
  return Math.sqrt(innovationSpread(baseline) ** 2 / weights + levelVariance(baseline));
}

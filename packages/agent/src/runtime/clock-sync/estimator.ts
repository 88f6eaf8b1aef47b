import { fitLine, type Point } from './fit-line.ts';

/** One question for the time and its answer, as NTP's four time stamps (RFC 5905, section 8). All µs. */
export interface Exchange {
  /** Our monotonic clock when the question left and when the answer came. */
  sentMonoUs: number;
  receivedMonoUs: number;
  /** The collector's clock when the question came and when the answer left. */
  serverReceivedUs: number;
  serverSentUs: number;
  /** Which collector answered. */
  collector: string;
}

/** The collector's clock as a line over our monotonic clock. */
export interface Estimate {
  /** A moment of our monotonic clock, and the collector's clock at that moment, µs. */
  monoUs: number;
  labUs: number;
  /** Collector seconds in one second of our monotonic clock. */
  rate: number;
}

/** What an exchange says. */
export type Verdict =
  /** It agrees with what we thought. */
  | { kind: 'agrees' }
  /** Answered by another collector than the one we go by, which still answers. */
  | { kind: 'ignored' }
  /** The collector's clock is elsewhere than our line can explain: this machine stood still, or that clock was set. */
  | { kind: 'jumped'; byUs: number };

const KEPT = 32;
/** Answers of others in a row after which we change over to another collector. */
const PATIENCE = 4;
/** A jump is not believed below this, µs of the collector, nor below what the line may be wrong by. */
export const JUMP_FLOOR_US = 250_000;
/** Clocks drift against each other by up to this share although both are sound. */
const DRIFT_SHARE = 1e-3;
/** The rate counts as unknown until round trips are below this share of the time that the exchanges span. */
const RATE_ERROR = 0.02;

/**
 * Estimates the collector's clock and its rate from exchanges, each the best of its burst.
 *
 * Every exchange bounds the line: when the question left, the collector's clock was at most what it showed when the
 * question came; when the answer came, at least what it showed when the answer left. Only a line outside of these
 * bounds is wrong for certain, however slow and lopsided the network is, so only that counts as a jump.
 */
export function createEstimator() {
  let kept: Exchange[] = [];
  let collector: string | undefined;
  let strangers = 0;
  let estimate: Estimate | undefined;
  let rateKnown = false;
  let doubt: Doubt = { roundTripUs: 0, rateShare: 0 };

  const startOver = (exchange: Exchange) => {
    kept = [exchange];
    estimate = { ...middleOf(exchange), rate: estimate?.rate ?? 1 };
  };
  const refine = (exchange: Exchange) => {
    kept = [...kept, exchange].slice(-KEPT);
    const fitted = fit(kept);
    if (fitted !== undefined) {
      estimate = fitted.estimate;
      doubt = fitted.doubt;
      rateKnown = true;
    } else if (!rateKnown) {
      estimate = { ...middleOf(bestOf(kept) ?? exchange), rate: estimate?.rate ?? 1 };
    }
  };
  /** Goes on with another collector once enough of its answers came in a row. */
  const answeredByAnother = (exchange: Exchange): Verdict => {
    strangers += 1;
    if (strangers < PATIENCE) return { kind: 'ignored' };
    collector = exchange.collector;
    strangers = 0;
    startOver(exchange);
    return { kind: 'agrees' };
  };
  return {
    /** Undefined before the first exchange. */
    get estimate(): Estimate | undefined {
      return estimate;
    },
    /** True when the rate has been measured, not assumed. */
    get rateKnown(): boolean {
      return rateKnown;
    },
    add(exchange: Exchange): Verdict {
      collector ??= exchange.collector;
      if (exchange.collector !== collector) return answeredByAnother(exchange);
      strangers = 0;
      const jumpUs = rateKnown && estimate !== undefined ? jumpOf(estimate, doubt, exchange) : 0;
      if (jumpUs !== 0) {
        startOver(exchange);
        return { kind: 'jumped', byUs: jumpUs };
      }
      refine(exchange);
      return { kind: 'agrees' };
    },
  };
}

/** The collector's clock at a moment of our monotonic clock, µs since 1970. */
export function labTimeAt({ monoUs, labUs, rate }: Estimate, atMonoUs: number): number {
  return labUs + (atMonoUs - monoUs) * rate;
}

/** How wrong a line may be. */
interface Doubt {
  /** The longest round trip that it was made from, µs of ours. */
  roundTripUs: number;
  /** The rate may be wrong by this share. */
  rateShare: number;
}

/** How far the collector's clock is outside the range of the line, µs; 0 when it is inside. */
function jumpOf(estimate: Estimate, doubt: Doubt, exchange: Exchange): number {
  const elapsedUs = Math.abs(exchange.sentMonoUs - estimate.monoUs);
  const doubtUs = doubt.roundTripUs + elapsedUs * Math.max(doubt.rateShare, DRIFT_SHARE);
  const toleranceUs = Math.max(JUMP_FLOOR_US, doubtUs * estimate.rate);
  const latest = exchange.serverReceivedUs - labTimeAt(estimate, exchange.sentMonoUs);
  const earliest = exchange.serverSentUs - labTimeAt(estimate, exchange.receivedMonoUs);
  if (earliest > toleranceUs) return earliest;
  return latest < -toleranceUs ? latest : 0;
}

/** A line through the exchanges, those with short round trips counting most; undefined while the rate is too uncertain. */
function fit(exchanges: readonly Exchange[]): { estimate: Estimate; doubt: Doubt } | undefined {
  const roundTrips = exchanges.map(roundTripUs);
  const shortest = Math.min(...roundTrips);
  const points = exchanges.map((exchange): Point => {
    const { monoUs, labUs } = middleOf(exchange);
    return { x: monoUs, y: labUs, error: roundTripUs(exchange) + shortest + 1 };
  });
  const line = fitLine(points);
  if (line === undefined || line.slope <= 0) return undefined;
  const rateShare = line.typicalError / line.span;
  if (rateShare > RATE_ERROR) return undefined;
  return {
    estimate: { monoUs: line.x, labUs: line.y, rate: line.slope },
    doubt: { roundTripUs: Math.max(...roundTrips), rateShare },
  };
}

/** NTP's assumption: the question took as long as the answer. */
function middleOf(exchange: Exchange): { monoUs: number; labUs: number } {
  return {
    monoUs: (exchange.sentMonoUs + exchange.receivedMonoUs) / 2,
    labUs: (exchange.serverReceivedUs + exchange.serverSentUs) / 2,
  };
}

/** Of several exchanges the one with the shortest round trip: it says most about the offset. */
export function bestOf(exchanges: readonly Exchange[]): Exchange | undefined {
  return [...exchanges].sort((a, b) => roundTripUs(a) - roundTripUs(b))[0];
}

/** Time between question and answer on our own clock. */
export function roundTripUs({ sentMonoUs, receivedMonoUs }: Exchange): number {
  return receivedMonoUs - sentMonoUs;
}

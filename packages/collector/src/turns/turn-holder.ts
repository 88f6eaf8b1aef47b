import type { Log } from '@nestwatch/common/log';
import type { TurnReplyShape } from '@nestwatch/proto';
import { endTurn, grantTurn, readTurn, renewTurn, type TurnBucket, takeAway } from './turn-bucket.ts';
import type { TurnEntry } from './turn-entry.ts';
import { HELD, LOST, type TurnAsk } from './turn-request.ts';

export interface HolderOptions {
  readonly turns: TurnBucket;
  readonly lab: string;
  readonly log: Log;
  /** How long an entry of the bucket lives unless it is renewed. */
  ttlMs(): Promise<number>;
}

/** As a share of a turn's length: more frequent requests are answered from memory. */
const RENEWED_SHARE = 0.1;

/** Who has the turn of one lab, as this collector knows it. All that asks the bucket throws when NATS does not answer. */
export function createHolder({ turns, lab, log, ttlMs }: HolderOptions) {
  const { clock, turnLimitMs } = turns;
  const wallMs = () => clock.wallUs() / 1000;
  const monoMs = () => clock.monoUs() / 1000;
  let turn: TurnEntry | undefined;
  let last: string | undefined;
  let seen = { claim: '', sinceMs: 0 };
  let renewed = { claim: '', atMs: 0 };

  function note(found: TurnEntry | undefined): void {
    turn = found;
    if (found === undefined) return;
    if (found.node !== '') last = found.node;
    if (found.claim !== seen.claim) seen = { claim: found.claim, sinceMs: monoMs() };
  }

  const has = (node: string, { claim }: TurnAsk) => turn?.node === node && turn.claim === claim;

  async function held(found: TurnEntry): Promise<TurnReplyShape> {
    const endsMs = Math.max(0, Math.min(found.untilMs - wallMs(), turnLimitMs));
    const livesMs = (await ttlMs()) - (monoMs() - renewed.atMs);
    const validMs = Math.max(0, Math.min(endsMs, livesMs));
    return {
      state: HELD,
      fence: found.revision,
      validMs: Math.floor(validMs),
      endsMs: Math.floor(endsMs),
    };
  }

  return {
    isFree: () => turn === undefined,
    has,
    /** The node that had the turn last. */
    last: () => last,
    /** For those who wait. */
    describe: () => ({ holder: turn?.name ?? '', holderRound: turn?.round ?? '' }),
    async look(): Promise<void> {
      note(await readTurn(turns, lab));
    },
    /** @returns what to answer when the node has it then; undefined when somebody else was faster */
    async grant(node: string, ask: TurnAsk): Promise<TurnReplyShape | undefined> {
      const atMs = monoMs();
      note(await grantTurn(turns, lab, node, ask));
      if (turn === undefined || !has(node, ask)) return undefined;
      renewed = { claim: ask.claim, atMs };
      return held(turn);
    },
    /** What to answer to who has the turn and wants to keep it. */
    async keep(): Promise<TurnReplyShape> {
      if (turn === undefined) return { state: LOST, reason: 'it was over' };
      const atMs = monoMs();
      if (renewed.claim === turn.claim && atMs - renewed.atMs < (await ttlMs()) * RENEWED_SHARE)
        return held(turn);
      const found = await renewTurn(turns, lab, turn);
      if (typeof found === 'string') {
        note(undefined);
        return { state: LOST, reason: found };
      }
      renewed = { claim: found.claim, atMs };
      note(found);
      return held(found);
    },
    /** False when it was somebody else's already. */
    async release(): Promise<boolean> {
      const wasTheirs = turn !== undefined && (await endTurn(turns, lab, turn));
      note(undefined);
      return wasTheirs;
    },
    /**
     * Ends a turn whose time is over. One that an agent of 0.1.0 took by itself has no end: it is taken away when it was
     * held for long enough and others wait.
     */
    async endOverdue(othersWait: boolean): Promise<void> {
      if (turn === undefined || turn.node === '') return;
      const { node } = turn;
      if (wallMs() >= turn.untilMs) {
        log.info('a turn to benchmark reached its limit', { lab, node });
        await endTurn(turns, lab, turn);
        note(undefined);
      } else if (othersWait && monoMs() - seen.sinceMs > turnLimitMs) {
        log.warn('a node kept its turn to benchmark too long and loses it', { lab, node });
        await takeAway(turns, lab, turn);
      }
    },
  };
}

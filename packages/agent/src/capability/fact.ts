import type { Clock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import type { GuestShape } from '@nestwatch/proto';
import { type Found, type Host, type Missing, unknown } from '../host/host.ts';

/** What a fact's value may be. It is sent as text: true and false as "yes" and "no", lists with spaces between. */
export type FactValue = string | number | boolean | readonly string[];

/** What facts are read from. Everything is injected, so that a folder of recorded files stands for a machine. */
export interface FactContext {
  readonly host: Host;
  readonly clock: Clock;
  /** `uname -m`, such as "x86_64" or "aarch64". */
  readonly architecture: string;
  /** The guests that run here now. */
  readonly guests: Found<readonly GuestShape[]>;
  /** Where the collector says this node stands. */
  readonly position: LayerPosition;
}

/** Where a node stands in its lab. */
export interface LayerPosition {
  /** Depth in the cascade; absent until known. */
  readonly layer?: number | undefined;
  /** Node id of the parent; absent until known. */
  readonly parent?: string | undefined;
  /** What one exit costs the parent, µs, as the parent measured it; absent until known. */
  readonly parentExitUs?: number | undefined;
}

/** One fact's documentation. `phantom` carries the type of the value and is never set. */
export interface About<T extends FactValue> {
  readonly meaning: string;
  /** File, register or computation it comes from. */
  readonly source: string;
  /** True when it differs from one assessment to the next, so that a difference is no change worth telling. */
  readonly volatile?: boolean;
  readonly phantom?: T;
}

export type Values<A> = { readonly [K in keyof A]: A[K] extends About<infer T> ? Found<T> : never };

/**
 * One source of facts: a file of /proc or /sys, or a register. The contract: `read` starts no process, changes
 * nothing, and answers `absent`, `denied` or `unknown` with the reason for what it does not find.
 */
export interface FactSource<A extends Readonly<Record<string, About<FactValue>>>> {
  /** First part of its facts' names. */
  readonly name: string;
  readonly about: A;
  /** One missing source may answer for all facts at once. */
  read(context: FactContext): Promise<Values<A> | Missing>;
}

export function defineSource<const A extends Readonly<Record<string, About<FactValue>>>>(
  source: FactSource<A>,
): FactSource<A> {
  return source;
}

export function about<T extends FactValue>(
  meaning: string,
  source: string,
  options: { volatile?: boolean } = {},
): About<T> {
  return { meaning, source, ...options };
}

/** Reads a source; what it throws against its contract becomes the reason of all its facts. */
export async function readSource<A extends Readonly<Record<string, About<FactValue>>>>(
  source: FactSource<A>,
  context: FactContext,
): Promise<Values<A>> {
  let missing: Missing;
  try {
    const answer = await source.read(context);
    if (!isMissing(answer)) return answer;
    missing = answer;
  } catch (error) {
    missing = unknown(`${source.name}: ${messageOf(error)}`);
  }
  return Object.fromEntries(Object.keys(source.about).map((name) => [name, missing])) as Values<A>;
}

function isMissing(answer: object): answer is Missing {
  return 'state' in answer && typeof answer.state === 'string';
}

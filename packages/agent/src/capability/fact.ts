import { messageOf } from '@nestwatch/common/errors';
import type { GuestShape } from '@nestwatch/proto';
import { absent, type Found, type Host, known, type Missing, unknown } from '../host/host.ts';
import type { IssueList } from './known-issues/issue.ts';

/** What a fact's value may be. It is sent as text: true and false as "yes" and "no", lists with spaces between. */
export type FactValue = string | number | boolean | readonly string[];

/** What facts are read from. Everything is injected, so that a folder of recorded files stands for a machine. */
export interface FactContext {
  readonly host: Host;
  /** `uname -m`, such as "x86_64" or "aarch64". */
  readonly architecture: string;
  /** Of the Node.js that runs the agent, such as "v20.19.2". */
  readonly nodeVersion: string;
  /** The guests that run here now. */
  readonly guests: Found<readonly GuestShape[]>;
  /** What is known to be wrong with kernels and programs. */
  readonly issues: IssueList;
  /** What the sources before this one found, by source: for facts that follow from others. */
  readonly earlier?: Readonly<Record<string, Readonly<Record<string, Found<unknown>>>>>;
  /** What sources answered whose answers stay, by source, for who assesses one machine again and again. Is added to. */
  readonly settled?: Map<string, Values<Abouts>> | undefined;
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

export type Abouts = Readonly<Record<string, About<FactValue>>>;

export type Values<A> = { readonly [K in keyof A]: A[K] extends About<infer T> ? Found<T> : never };

/**
 * One source of facts: a file of /proc or /sys, or a register. The contract: `read` starts no process, changes
 * nothing, and answers `absent`, `denied` or `unknown` with the reason for what it does not find.
 */
export interface FactSource<A extends Abouts> {
  /** First part of its facts' names. */
  readonly name: string;
  readonly about: A;
  /** True when other architectures have nothing of it, so that it is not read there. */
  readonly x86Only?: boolean;
  /**
   * Where nothing that happens while the agent runs changes its answer, so that it is read once: `always`, or from when
   * all of its facts are known, as a module that is loaded later may make its file.
   */
  readonly stays?: 'always' | 'once-known';
  /** One missing source may answer for all facts at once. */
  read(context: FactContext): Promise<Values<A> | Missing>;
}

export const defineSource = <const A extends Abouts>(source: FactSource<A>): FactSource<A> => source;

export function about<T extends FactValue>(
  meaning: string,
  source: string,
  options: { volatile?: boolean } = {},
): About<T> {
  return { meaning, source, ...options };
}

export const isX86 = (architecture: string) => architecture === 'x86_64' || architecture === 'amd64';

/** Whether what a source has answered need not be read again. */
export const isSettled = ({ stays }: Pick<FactSource<Abouts>, 'stays'>, answer: Values<Abouts>) =>
  stays === 'always' ||
  (stays === 'once-known' && Object.values(answer).every(({ state }) => state === 'known'));

/** Reads a source; what it throws against its contract becomes the reason of all its facts. */
export async function readSource<A extends Abouts>(
  source: FactSource<A>,
  context: FactContext,
): Promise<Values<A>> {
  const answer = await answerOf(source, context);
  return isMissing(answer) ? (factsFrom(source.about, () => answer) as Values<A>) : answer;
}

async function answerOf<A extends Abouts>(source: FactSource<A>, context: FactContext) {
  const { architecture } = context;
  if (source.x86Only === true && !isX86(architecture)) {
    return absent(`unsupported architecture ${architecture}: only x86_64 has this`);
  }
  return source.read(context).catch((error) => unknown(`${source.name}: ${messageOf(error)}`));
}

function isMissing(answer: object): answer is Missing {
  return 'state' in answer && typeof answer.state === 'string';
}

/** A list of what is there; `absent` where there is none. */
export const listOf = <T>(found: readonly T[], reason: string): Found<readonly T[]> =>
  found.length > 0 ? known(found) : absent(reason);

/** What is found for each fact that `about` has. */
export function factsFrom<K extends string, T>(
  about: Readonly<Record<K, unknown>>,
  find: (name: K) => T,
): Record<K, T> {
  const names = Object.keys(about) as K[];
  return Object.fromEntries(names.map((name) => [name, find(name)])) as Record<K, T>;
}

import type { GuestShape } from '@nestwatch/proto';
import type { Found } from '../host/host.ts';
import type { LayerPosition } from './fact.ts';
import type { Facts } from './facts/index.ts';

/** What a rule judges by. */
export interface RuleContext {
  readonly facts: Facts;
  /** "kvm", "vmware" and so on; `absent` on hardware. */
  readonly hypervisor: Found<string>;
  /** Guests that run here; empty also when /proc could not be read. */
  readonly guests: readonly GuestShape[];
  readonly position: LayerPosition;
}

/** pass: good. info: worth knowing. warn: works, but not as it could or should. fail: hosts no guests. */
export type Level = 'pass' | 'info' | 'warn' | 'fail' | 'unknown';

export interface Judgement {
  readonly level: Level;
  /** The conclusion in one sentence. */
  readonly summary: string;
  /** The exact thing to do: file, line, command. */
  readonly advice?: string;
  /** Who can do it. A guest can not change its parent, so its advice then says what to do there. */
  readonly who?: 'node' | 'parent';
}

function judgement(level: Level) {
  return (summary: string, advice?: string, who: 'node' | 'parent' = 'node'): Judgement =>
    advice === undefined ? { level, summary } : { level, summary, advice, who };
}

export const pass = judgement('pass');
export const info = judgement('info');
export const warn = judgement('warn');
export const fail = judgement('fail');
/** What it rests on is not known. */
export const unclear = judgement('unknown');

/** One question about a node, answered from facts alone: same facts, same answer. */
export interface Rule {
  /** Name in messages and metrics, such as "kvm-device". */
  readonly name: string;
  readonly question: string;
  /** The document, paper or file of the kernel that it rests on. */
  readonly source: string;
  /** Undefined where the question does not arise. */
  judge(context: RuleContext): Judgement | undefined;
}

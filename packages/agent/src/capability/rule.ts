import type { GuestShape } from '@nestwatch/proto';
import { type Found, valueIn } from '../host/host.ts';
import type { LayerPosition } from './fact.ts';
import { type Facts, type KnownFacts, knownFacts } from './facts/index.ts';
import type { IssueList } from './known-issues/issue.ts';
import { type JudgedIssue, judgeIssues } from './known-issues/judge-issues.ts';
import { machineOf } from './known-issues/machine.ts';

/** What a rule judges by. */
export interface RuleContext {
  readonly facts: KnownFacts;
  /** "kvm", "vmware" and so on; undefined on hardware and where it is not known. */
  readonly hypervisor: string | undefined;
  /** Both again, with the reasons for what is not known. */
  readonly found: { readonly facts: Facts; readonly hypervisor: Found<string> };
  /** True when something is underneath, so that firmware and CPU are the parent's to change. */
  readonly isGuest: boolean;
  /** Guests that run here; empty also when /proc could not be read. */
  readonly guests: readonly GuestShape[];
  readonly position: LayerPosition;
  /** Every known issue, as it stands here. */
  readonly issues: readonly JudgedIssue[];
}

export function ruleContext(
  found: RuleContext['found'],
  guests: readonly GuestShape[],
  position: LayerPosition,
  list: Pick<IssueList, 'issues'> = { issues: [] },
): RuleContext {
  const facts = knownFacts(found.facts);
  const hypervisor = valueIn(found.hypervisor);
  // The CPU's flag tells that there is one where no source names it.
  const isGuest = hypervisor !== undefined || facts.cpu.under_hypervisor === true;
  const issues = judgeIssues(list, machineOf(facts));
  return { facts, hypervisor, found, isGuest, guests, position, issues };
}

/** pass: good. info: worth knowing. warn: works, but not as it could or should. fail: hosts no guests, or lets them out. */
export type Level = 'pass' | 'info' | 'warn' | 'fail' | 'unknown';

export interface Judgement {
  readonly level: Level;
  /** The conclusion in one sentence. */
  readonly summary: string;
  /** The exact thing to do: file, line, command. */
  readonly advice?: string;
  /** Who can do it. A guest cannot change its parent, so its advice then says what to do there. */
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
/** What it is based on is not known. */
export const unclear = judgement('unknown');

/** What changes of a guest's definition need before they count. */
export const LIBVIRT_CYCLE = 'then shut the guest down and start it again';

/** One question about a node, answered from facts alone: same facts, same answer. */
export interface Rule {
  /** Name in messages and metrics, such as "kvm-device". */
  readonly name: string;
  readonly question: string;
  /** The document, paper or file of the kernel that it is based on. */
  readonly source: string;
  /** Undefined where the question does not arise. */
  judge(context: RuleContext): Judgement | undefined;
}

import { machine } from 'node:os';
import type { GuestShape } from '@nestwatch/proto';
import { type Found, type Host, unknown, valueIn } from '../host/host.ts';
import type { FactContext, LayerPosition } from './fact.ts';
import { type Facts, readFacts } from './facts/index.ts';
import { hypervisorOf } from './hypervisor.ts';
import type { IssueList } from './known-issues/issue.ts';
import type { JudgedIssue } from './known-issues/judge-issues.ts';
import { builtInIssues } from './known-issues/load-issues.ts';
import { type Judgement, type Rule, ruleContext } from './rule.ts';
import { rules } from './rules/index.ts';
import { isNestingMitigated } from './rules/known-issues.ts';

export interface AssessContext extends Pick<FactContext, 'settled'> {
  readonly host: Host;
  /** `uname -m`; that of this machine by default. */
  readonly architecture?: string;
  /** Of the Node.js that runs the agent; that of this process by default. */
  readonly nodeVersion?: string;
  /** Guests as guests/ found them. */
  readonly guests?: Found<readonly GuestShape[]>;
  /** Where the collector says this node stands. */
  readonly position?: LayerPosition;
  /** The list of known issues; the built-in one by default. */
  readonly issues?: IssueList;
}

export interface Verdict extends Judgement {
  readonly rule: Rule;
}

/** What was found out about a machine, and what follows from it. */
export interface Assessment {
  readonly facts: Facts;
  readonly hypervisor: Found<string>;
  readonly guests: Found<readonly GuestShape[]>;
  readonly verdicts: readonly Verdict[];
  /** Every known issue, as it stands on this machine. */
  readonly issues: readonly JudgedIssue[];
  /** Whether nesting is off by configuration, and keeps guests from what is open. */
  readonly nestingMitigated: boolean;
}

/** Reads everything that decides what this machine can host, and judges it. Starts no process and never throws. */
export async function assess(context: AssessContext): Promise<Assessment> {
  const guests = context.guests ?? unknown('guests were not looked for');
  const position = context.position ?? {};
  const { host, architecture = machine(), nodeVersion = process.version } = context;
  const issues = context.issues ?? (await builtInIssues());
  const facts = await readFacts({
    host,
    architecture,
    nodeVersion,
    guests,
    issues,
    settled: context.settled,
  });
  const hypervisor = hypervisorOf(facts);
  const judged = ruleContext({ facts, hypervisor }, valueIn(guests) ?? [], position, issues);
  const verdicts = rules.flatMap((rule) => {
    const judgement = rule.judge(judged);
    return judgement === undefined ? [] : [{ ...judgement, rule }];
  });
  return {
    facts,
    hypervisor,
    guests,
    verdicts,
    issues: judged.issues,
    nestingMitigated: isNestingMitigated(judged),
  };
}

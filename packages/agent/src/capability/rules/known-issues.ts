import { vendorModule } from '../advice.ts';
import { howToTell, latestOf, whereFixed } from '../known-issues/how-to-tell.ts';
import { isClosedOff, isOpen, isUnclear, type JudgedIssue, titleOf } from '../known-issues/judge-issues.ts';
import { machineOf } from '../known-issues/machine.ts';
import { fail, type Judgement, pass, type Rule, type RuleContext, unclear, warn } from '../rule.ts';
import { setParameter } from '../set-parameter.ts';

const SOURCE =
  'docs/reference/known-issues.md: records of CVE, changelogs of the kernel and of distributions';

export const noKnownEscape: Rule = {
  name: 'no-known-escape',
  question: 'Are the known ways out of a guest closed?',
  source: SOURCE,
  judge(context) {
    const escapes = context.issues.filter(({ issue }) => issue.what === 'escape');
    const open = escapes.filter(isOpen);
    if (open.length > 0) return leaks(context, open);
    if (!machineOf(context.facts).reach.hosts) return pass('yes: guests cannot run here with KVM');
    const doubtful = escapes.filter(isUnclear);
    if (doubtful.length > 0) return notTold(context, doubtful);
    const closedOff = escapes.filter(isClosedOff);
    if (closedOff.length > 0) {
      return pass(
        `yes, because nesting is off: this kernel has ${titlesOf(closedOff)}, and only a guest that nests can reach it`,
      );
    }
    const known = escapes.filter(({ standing }) => standing === 'closed').length;
    return pass(`yes: this kernel has none of the ${known} known for this machine`);
  },
};

export const knownIssuesRule: Rule = {
  name: 'known-issues',
  question: 'Is this kernel free of the other known issues of nesting?',
  source: SOURCE,
  judge(context) {
    const others = context.issues.filter(
      ({ issue }) => issue.what !== 'escape' && issue.component === 'linux',
    );
    const open = others.filter(isOpen);
    if (open.length > 0) {
      const things = open.map(({ issue }) => `${titleOf(issue)}: ${issue.what}`).join(', ');
      return warn(`no: ${things}`, `${update(context, open)}. ${advicesOf(open)}`);
    }
    const doubtful = others.filter(isUnclear);
    if (doubtful.length > 0) return notTold(context, doubtful);
    return pass('yes');
  },
};

function leaks(context: RuleContext, open: readonly JudgedIssue[]): Judgement {
  const { facts } = context;
  const [first] = open;
  const why = first === undefined ? '' : `: ${first.why}`;
  const module = vendorModule(facts);
  const stop =
    facts.kvmModules.nested === true &&
    module !== undefined &&
    open.some(({ issue }) => issue.role === 'lets-nest')
      ? ` Until then, unless you trust all guests, switch nesting off: ${setParameter(facts, module, 'nested=0')}.`
      : ' Until then run only guests that you trust.';
  return fail(
    `no: ${titlesOf(open)} ${open.length === 1 ? 'is' : 'are'} open${why}; a guest can take over this machine`,
    `${update(context, open)}.${stop}`,
  );
}

/** The latest of the versions that are asked for has all fixes. */
function update({ facts }: RuleContext, open: readonly JudgedIssue[]): string {
  const { kernel } = machineOf(facts);
  const wanted = open.map(({ issue }) => whereFixed(issue, kernel));
  const known = wanted.filter((version) => version !== undefined);
  const latest = latestOf(known);
  if (latest === undefined) return 'Install a kernel that has the fixes, and boot it';
  const all = known.length === wanted.length ? 'has the fixes' : 'has those fixes whose version is known';
  return `Install and boot kernel ${latest} or later, which ${all}`;
}

const advicesOf = (open: readonly JudgedIssue[]) =>
  [...new Set(open.map(({ issue }) => issue.advice))].join(' ');

function notTold({ facts }: RuleContext, doubtful: readonly JudgedIssue[]): Judgement {
  const { kernel } = machineOf(facts);
  const [first] = doubtful;
  const ways = first === undefined ? '' : howToTell(first.issue, kernel);
  return unclear(
    `the version does not show it for ${titlesOf(doubtful)}: ${first?.why ?? kernel.reason}`,
    `To find out: ${ways}${doubtful.length > 1 ? '; the same for the others' : ''}`,
  );
}

const titlesOf = (issues: readonly JudgedIssue[]) => issues.map(({ issue }) => titleOf(issue)).join(', ');

/** An advice to switch nesting on, with what guests that nest would reach before it, and after it what they may reach. */
export function knowing({ issues }: RuleContext, advice: string): string {
  const needed = issues.filter(
    ({ issue }) => issue.role === 'lets-nest' && issue.component === 'linux' && SERIOUS.includes(issue.what),
  );
  const open = needed.filter(({ standing }) => standing === 'open');
  if (open.length > 0) {
    return `This kernel has issues that guests that nest can reach: ${titlesOf(open)}. Update it first, unless you trust all guests. Then: ${advice}`;
  }
  const doubtful = needed.filter(({ standing, issue }) => standing === 'unclear' && issue.what === 'escape');
  if (doubtful.length === 0) return advice;
  return `${advice}. Before that, find out whether this kernel has the fixes of ${titlesOf(doubtful)}: its version does not show it`;
}

/** What makes a guest that nests a danger to others. */
const SERIOUS = ['escape', 'isolation', 'crash'];

/**
 * Whether nesting is off by this machine's own configuration while its kernel has what guests that nest would reach: a
 * mitigation, and no loss.
 */
export function isNestingMitigated({ facts, issues }: Pick<RuleContext, 'facts' | 'issues'>): boolean {
  if (facts.kvmModules.nested !== false) return false;
  if (!(facts.modprobe.options ?? []).some((line) => NESTED_OFF.test(line))) return false;
  return issues.some(
    ({ issue, standing }) =>
      issue.role === 'lets-nest' &&
      issue.component === 'linux' &&
      standing === 'open' &&
      SERIOUS.includes(issue.what),
  );
}

const NESTED_OFF = /^kvm_(intel|amd)\.nested=(0|n|no|off)@/i;

import { defined } from '@nestwatch/common/defined';
import type { CapabilityShape, GuestShape, InventoryShape } from '@nestwatch/proto';
import { type Found, valueIn } from '../host/host.ts';
import { readIdentity } from '../host/identity/identity.ts';
import { lookOnce } from '../host/look-once.ts';
import { mitigationWords } from '../host/mitigations.ts';
import { type AssessContext, type Assessment, assess, type Verdict } from './assess.ts';
import type { LayerPosition } from './fact.ts';
import { type Facts, knownFacts } from './facts/index.ts';
import { isOpen, isUnclear, type JudgedIssue, wordsOf } from './known-issues/judge-issues.ts';
import { factMessages, moduleMessages, verdictMessage } from './messages.ts';
import { timesPublished } from './published-exits.ts';
import { nestedStateOf } from './snapshots/nested-state.ts';
import { runsOf } from './snapshots/runs-of.ts';

export interface CapabilityContext extends AssessContext {
  readonly inventory?: Found<InventoryShape>;
  /** What the agent's configuration fixes of its layer position. */
  readonly configured?: LayerPosition;
}

/** The Capability message but for its header and what triggered it. */
export type CapabilityBody = Omit<CapabilityShape, 'header' | 'trigger'>;

/** Assesses this machine, and puts what was found into a message. Starts no process and never throws. */
export async function readCapability(context: CapabilityContext): Promise<CapabilityBody> {
  const host = lookOnce(context.host);
  const assessment = await assess({ ...context, host });
  const identity = await readIdentity(host);
  return defined({
    ...headline(assessment),
    exitPublishedRatio: timesPublished(
      valueIn(assessment.facts.exitCost.cycles),
      valueIn(assessment.facts.cpu.family_model),
      context.position?.layer,
    ),
    facts: factMessages(assessment.facts),
    verdicts: assessment.verdicts.map(verdictMessage),
    warnings: assessment.verdicts.filter(({ level }) => level === 'warn').length,
    failures: assessment.verdicts.filter(({ level }) => level === 'fail').length,
    guests: withNestedStates(valueIn(assessment.guests) ?? [], assessment.facts),
    identity: { smbiosUuid: '', machineId: '', ...identity, macs: [...identity.macs] },
    modules: moduleMessages(assessment.facts),
    inventory: context.inventory && valueIn(context.inventory),
    configuredLayer: context.configured?.layer,
    configuredParent: context.configured?.parent ?? '',
  });
}

function withNestedStates(guests: readonly GuestShape[], facts: Facts): GuestShape[] {
  const runs = runsOf(knownFacts(facts));
  return guests.map((guest) => {
    const nestedState = nestedStateOf(guest, runs)?.state;
    return nestedState === undefined ? guest : { ...guest, nestedState };
  });
}

/** The facts that tables and alerts need, typed. What is not known is left out or empty. */
function headline({ facts, hypervisor, verdicts, issues, nestingMitigated }: Assessment): CapabilityBody {
  const text = (found: Found<string>) => valueIn(found) ?? '';
  const virtualization = valueIn(facts.cpu.virtualization);
  return defined({
    kvmDeviceError: text(facts.kvmDevice.error),
    cpuVendor: text(facts.cpu.vendor),
    cpuModel: text(facts.cpu.model),
    hypervisor: text(hypervisor),
    container: text(facts.container.kind),
    kernel: text(facts.system.kernel),
    cpus: valueIn(facts.cpus.online) ?? 0,
    memoryBytes: valueIn(facts.memory.total_bytes) ?? 0,
    os: text(facts.system.os),
    architecture: text(facts.architecture.machine),
    clocksource: text(facts.clocksource.current),
    cpuFlag: virtualization && virtualization !== 'none',
    kvmDeviceOpens: valueIn(facts.kvmDevice.opens),
    nestedEnabled: valueIn(facts.kvmModules.nested),
    bootedWallUs: valueIn(facts.system.booted_wall_us),
    exitUs: valueIn(facts.exitCost.median_us),
    exitCycles: valueIn(facts.exitCost.cycles),
    guestsRunning: valueIn(facts.guests.running),
    guestsVcpus: valueIn(facts.guests.vcpus),
    guestsMemoryBytes: valueIn(facts.guests.memory_bytes),
    canHost: passes(verdicts, 'can-host'),
    snapshotSafe: passes(verdicts, 'snapshot'),
    nestingMitigated,
    openEscapes: openEscapes(issues),
    openIssues: wordsOr('none', otherIssues(issues)),
    mitigations: mitigationWords(facts.mitigations.at_exits),
    microcode: text(facts.mitigations.microcode),
  });
}

/** Whether the answer to a rule's question is good; undefined where it did not arise, or is not known. */
function passes(verdicts: readonly Verdict[], name: string): boolean | undefined {
  const level = verdicts.find(({ rule }) => rule.name === name)?.level;
  return level === undefined || level === 'unknown' ? undefined : level === 'pass';
}

/** Ids of the ways out of a guest that are open; "unknown" where the version does not tell, "none" where none is. */
function openEscapes(issues: readonly JudgedIssue[]): string {
  const escapes = issues.filter(({ issue }) => issue.what === 'escape');
  const open = wordsOf(escapes, isOpen).map((word) => word.replace(/=.*/, ''));
  return wordsOr(escapes.some(isUnclear) ? 'unknown' : 'none', open);
}

function otherIssues(issues: readonly JudgedIssue[]): string[] {
  return wordsOf(issues, (each) => isOpen(each) && each.issue.what !== 'escape');
}

/** A field that is empty is not stored, so that the one before it would go on. */
const wordsOr = (none: string, words: readonly string[]) => (words.length > 0 ? words.join(' ') : none);

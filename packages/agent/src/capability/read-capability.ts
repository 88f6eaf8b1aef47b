import type { CapabilityShape, GuestShape, IdentityShape, InventoryShape } from '@nestwatch/proto';
import { type Found, type Host, valueIn } from '../host/host.ts';
import { readIdentity } from '../host/identity/identity.ts';
import { type AssessContext, type Assessment, assess } from './assess.ts';
import type { LayerPosition } from './fact.ts';
import { factMessages, moduleMessages } from './fact-messages.ts';
import { countLevel, verdictMessage } from './verdicts.ts';

export interface CapabilityContext extends AssessContext {
  readonly inventory?: Found<InventoryShape>;
  /** What the agent's configuration fixes of its layer position. */
  readonly configured?: LayerPosition;
}

/** The Capability message but for its header and what triggered it. */
export type CapabilityBody = Omit<CapabilityShape, 'header' | 'trigger'>;

/** Assesses this machine, and puts what was found into a message. Starts no process and never throws. */
export async function readCapability(context: CapabilityContext): Promise<CapabilityBody> {
  const assessment = await assess(context);
  const inventory = context.inventory === undefined ? undefined : valueIn(context.inventory);
  return {
    ...headline(assessment),
    ...guestTotals(assessment.guests),
    facts: factMessages(assessment.facts),
    verdicts: assessment.verdicts.map(verdictMessage),
    warnings: countLevel(assessment.verdicts, 'warn'),
    failures: countLevel(assessment.verdicts, 'fail'),
    guests: [...(valueIn(assessment.guests) ?? [])],
    identity: await identityMessage(context.host),
    modules: moduleMessages(assessment.facts),
    ...(inventory !== undefined && { inventory }),
    ...(context.configured?.layer !== undefined && { configuredLayer: context.configured.layer }),
    configuredParent: context.configured?.parent ?? '',
  };
}

/** The facts that tables and alerts need, typed. What is not known is left out or empty. */
function headline({ facts, hypervisor, verdicts }: Assessment): CapabilityBody {
  const report: CapabilityBody = {
    kvmDeviceError: valueIn(facts.kvmDevice.error) ?? '',
    cpuVendor: valueIn(facts.cpu.vendor) ?? '',
    cpuModel: valueIn(facts.cpu.model) ?? '',
    hypervisor: valueIn(hypervisor) ?? '',
    container: valueIn(facts.container.kind) ?? '',
    kernel: valueIn(facts.system.kernel) ?? '',
    cpus: valueIn(facts.cpus.online) ?? 0,
    memoryBytes: valueIn(facts.memory.total_bytes) ?? 0,
    os: valueIn(facts.system.os) ?? '',
    architecture: valueIn(facts.architecture.machine) ?? '',
    clocksource: valueIn(facts.clocksource.current) ?? '',
  };
  const virtualization = valueIn(facts.cpu.virtualization);
  if (virtualization !== undefined) report.cpuFlag = virtualization !== 'none';
  const opens = valueIn(facts.kvmDevice.opens);
  if (opens !== undefined) report.kvmDeviceOpens = opens;
  const nested = valueIn(facts.kvmModules.nested);
  if (nested !== undefined) report.nestedEnabled = nested;
  const booted = valueIn(facts.system.booted_wall_us);
  if (booted !== undefined) report.bootedWallUs = booted;
  const exit = valueIn(facts.exitCost.median_us);
  if (exit !== undefined) report.exitUs = exit;
  for (const { rule, level } of verdicts) {
    if (rule.name === 'can-host') report.canHost = level === 'pass';
    if (rule.name === 'snapshot' && level !== 'unknown') report.snapshotSafe = level === 'pass';
  }
  return report;
}

function guestTotals(guests: Found<readonly GuestShape[]>): CapabilityBody {
  if (guests.state !== 'known') return {};
  const sum = (of: (guest: GuestShape) => number | null | undefined) =>
    guests.value.reduce((total, guest) => total + (of(guest) ?? 0), 0);
  return {
    guestsRunning: guests.value.length,
    guestsVcpus: sum((guest) => guest.vcpus),
    guestsMemoryBytes: sum((guest) => guest.memoryBytes),
  };
}

async function identityMessage(host: Host): Promise<IdentityShape> {
  const identity = await readIdentity(host);
  return {
    smbiosUuid: identity.smbiosUuid ?? '',
    machineId: identity.machineId ?? '',
    macs: [...identity.macs],
    hostName: identity.hostName,
  };
}

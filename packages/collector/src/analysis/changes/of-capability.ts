import { formatAgo, formatMemory } from '@nestwatch/common/quantities';
import type { DateOf } from '../../read/capability-traces.ts';
import type { CapabilityFields } from '../../read/lab-page.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { ChangeKind, LabChange } from './changes.ts';
import { changeOf } from './of-nodes.ts';

interface Property {
  readonly field: string;
  readonly called: string;
  readonly kind: Extract<ChangeKind, 'upgraded' | 'capability'>;
  readonly show?: (value: string | number) => string;
}

const yesNo = (value: string | number) => (value === 1 ? 'yes' : 'no');
const text = (value: string | number) => (value === '' ? 'none' : String(value));

/** Properties in a capability message that people change, or that something removes. */
const PROPERTIES: readonly Property[] = [
  { field: 'can_host', called: 'can host guests', kind: 'capability', show: yesNo },
  { field: 'nested_enabled', called: 'nesting', kind: 'capability', show: yesNo },
  { field: 'kvm_device_opens', called: '/dev/kvm opens', kind: 'capability', show: yesNo },
  { field: 'cpu_model', called: 'CPU', kind: 'capability' },
  { field: 'cpus', called: 'CPUs', kind: 'capability' },
  { field: 'hypervisor', called: 'hypervisor', kind: 'capability' },
  { field: 'clocksource', called: 'clocksource', kind: 'capability' },
  { field: 'mitigations', called: 'mitigations at exits', kind: 'capability' },
  { field: 'open_escapes', called: 'open guest escapes', kind: 'capability' },
  { field: 'kernel', called: 'kernel', kind: 'upgraded' },
  { field: 'os', called: 'system', kind: 'upgraded' },
  { field: 'microcode', called: 'microcode', kind: 'upgraded' },
];
/** Balloons move memory: smaller differences are ignored. */
const MEMORY_STEP = 1.25;
/** The start time of a kernel comes from a clock that is set now and then. */
const SAME_START_US = 120e6;

/** What is different in what a machine is and can. @param sinceUs when `was` held, µs since 1970 @param dateOf when a value came */
export function changesOfCapability(
  node: KnownNode,
  was: CapabilityFields,
  is: CapabilityFields,
  { sinceUs, toUs }: { readonly sinceUs: number; readonly toUs: number },
  dateOf: DateOf = () => undefined,
): LabChange[] {
  const changed = PROPERTIES.flatMap(({ field, called, kind, show = text }) => {
    const [old, now] = [was[field], is[field]];
    // What an older agent did not say is no change.
    if (old === undefined || now === undefined || old === now) return [];
    return [changeOf(node, kind, called, `${show(old)} → ${show(now)}`, dateOf(node.node, field, now))];
  });
  return [...changed, ...memory(node, was, is), ...restart(node, was, is, sinceUs, toUs)];
}

function memory(node: KnownNode, was: CapabilityFields, is: CapabilityFields): LabChange[] {
  const [old, now] = [Number(was['memory_bytes'] ?? 0), Number(is['memory_bytes'] ?? 0)];
  if (old === 0 || now === 0 || Math.max(old, now) < MEMORY_STEP * Math.min(old, now)) return [];
  return [changeOf(node, 'capability', 'memory', `${formatMemory(old)} → ${formatMemory(now)}`)];
}

function restart(
  node: KnownNode,
  was: CapabilityFields,
  is: CapabilityFields,
  sinceUs: number,
  toUs: number,
): LabChange[] {
  const [old, now] = [was['booted_wall_us'], is['booted_wall_us']];
  if (typeof old !== 'number' || typeof now !== 'number') return [];
  if (now < sinceUs || now - old < SAME_START_US) return [];
  return [changeOf(node, 'restarted', 'started again', formatAgo(now, toUs), now)];
}

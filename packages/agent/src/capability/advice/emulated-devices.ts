import { type Found, valueIn } from '../../host/host.ts';
import { info, type Judgement, pass, type RuleContext, warn } from '../rule.ts';
import { isGuest } from './module.ts';

/** What the rules on a guest's disks and network cards differ in. */
export interface EmulatedDevices {
  /** The guest's devices, as name=kind. */
  readonly devices: Found<readonly string[]>;
  /** Kinds that hypervisors emulate. */
  readonly emulated: readonly string[];
  readonly summary: (devices: string) => string;
  /** What to do on the parent. */
  readonly advice: string;
}

/** Whether this guest's devices are paravirtualized; under KVM its parent can give it such. */
export function judgeDevices(context: RuleContext, about: EmulatedDevices): Judgement | undefined {
  const devices = valueIn(about.devices);
  const hypervisor = valueIn(context.hypervisor);
  if (!isGuest(context) || devices === undefined) return undefined;
  const slow = devices.filter((device) => about.emulated.includes(device.split('=')[1] ?? '')).join(' ');
  if (slow === '') return pass(devices.join(' '));
  if (hypervisor !== undefined && hypervisor !== 'kvm' && hypervisor !== 'tcg') {
    return info(`emulated by ${hypervisor}: ${slow}`);
  }
  return warn(about.summary(slow), about.advice, 'parent');
}

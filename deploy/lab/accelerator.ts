import { closeSync, openSync } from 'node:fs';
import { defined } from '@nestwatch/common/defined';
import { errnoOf } from '@nestwatch/common/errors';
import { readIfThere } from '../local/read-if-there.ts';

export interface KvmFacts {
  /** Text of /proc/cpuinfo. */
  cpuinfo: string;
  /** errno name of opening /dev/kvm, undefined when it opened. */
  deviceError?: string;
  /** Text of /sys/module/kvm_{intel,amd}/parameters/nested, undefined when there is none. */
  nested?: string;
}

/** Why this machine cannot run the lab with KVM; undefined when it can. */
export function kvmRefusal({ cpuinfo, deviceError, nested }: KvmFacts): string | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(' ') ?? [];
  if (!flags.includes('vmx') && !flags.includes('svm')) {
    return deviceError === undefined
      ? 'the CPU shows neither vmx nor svm, so /dev/kvm is backed by something else than VT-x or AMD-V'
      : 'the CPU shows neither vmx nor svm';
  }
  if (deviceError !== undefined) return `/dev/kvm cannot be opened (${deviceError})`;
  if (nested === undefined || !/^[1Y]/.test(nested)) {
    return `nested virtualization is off (parameter nested of kvm_${flags.includes('vmx') ? 'intel' : 'amd'})`;
  }
  return undefined;
}

export function readKvmFacts(): KvmFacts {
  const nested =
    readIfThere('/sys/module/kvm_intel/parameters/nested') ??
    readIfThere('/sys/module/kvm_amd/parameters/nested');
  const deviceError = deviceErrorOf('/dev/kvm');
  return defined({ cpuinfo: readIfThere('/proc/cpuinfo') ?? '', deviceError, nested });
}

function deviceErrorOf(path: string): string | undefined {
  try {
    closeSync(openSync(path, 'r+'));
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? 'unknown error';
  }
}

import type { Rule } from '../rule.ts';
import { apicVirtualization, secondLevelPaging, svmAcceleration, vmcsShadowing } from './acceleration.ts';
import { depth, opaqueRoot } from './cascade.ts';
import { clocksource } from './clocksource.ts';
import { cpuModel, cpuVirtualization } from './cpu.ts';
import { diskBus, iommu, nicDriver } from './devices.ts';
import { exitCost } from './exit-cost.ts';
import { guestSnapshot } from './guest-snapshot.ts';
import { guestAccelerator, guestCanNest, guestDevices, unsafeCache } from './guests.ts';
import { canHost, canNest, snapshot } from './hosting.ts';
import { knownIssuesRule, noKnownEscape } from './known-issues.ts';
import { kvmDevice, kvmModule, softwareKvm } from './kvm.ts';
import { kvmAccess } from './kvm-access.ts';
import { architecture, container } from './limits-of-sight.ts';
import { configuredParameters } from './modprobe.ts';
import { hugePages, memoryOvercommit, vcpuOvercommit } from './resources.ts';
import { windowsNests } from './windows-guests.ts';

/** Every rule, in the order in which verdicts are shown: what decides most comes first. */
export const rules: readonly Rule[] = [
  canHost,
  canNest,
  noKnownEscape,
  snapshot,
  architecture,
  cpuVirtualization,
  kvmModule,
  kvmDevice,
  kvmAccess,
  softwareKvm,
  configuredParameters,
  secondLevelPaging,
  vmcsShadowing,
  apicVirtualization,
  svmAcceleration,
  cpuModel,
  diskBus,
  nicDriver,
  clocksource,
  hugePages,
  iommu,
  vcpuOvercommit,
  memoryOvercommit,
  unsafeCache,
  guestAccelerator,
  guestCanNest,
  guestDevices,
  windowsNests,
  guestSnapshot,
  depth,
  exitCost,
  opaqueRoot,
  knownIssuesRule,
  container,
];

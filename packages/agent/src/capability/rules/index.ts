import type { Rule } from '../rule.ts';
import { apicVirtualization, secondLevelPaging, svmAcceleration, vmcsShadowing } from './acceleration.ts';
import { canHost } from './can-host.ts';
import { canNest } from './can-nest.ts';
import { depth, opaqueRoot } from './cascade.ts';
import { clocksource } from './clocksource.ts';
import { configuredParameters } from './configured-parameters.ts';
import { cpuModel } from './cpu-model.ts';
import { cpuVirtualization } from './cpu-virtualization.ts';
import { diskBus, nicDriver } from './emulated-devices.ts';
import { guestAccelerator, guestCanNest, guestDevices, unsafeCache } from './guests.ts';
import { hugePages } from './huge-pages.ts';
import { iommu } from './iommu.ts';
import { kvmDevice } from './kvm-device.ts';
import { kvmModule } from './kvm-module.ts';
import { architecture, container } from './limits-of-sight.ts';
import { memoryOvercommit, vcpuOvercommit } from './overcommit.ts';
import { snapshot } from './snapshot.ts';
import { softwareKvm } from './software-kvm.ts';

/** Every rule, in the order in which verdicts are shown: what decides most comes first. */
export const rules: readonly Rule[] = [
  canHost,
  canNest,
  snapshot,
  architecture,
  cpuVirtualization,
  kvmModule,
  kvmDevice,
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
  depth,
  opaqueRoot,
  container,
];

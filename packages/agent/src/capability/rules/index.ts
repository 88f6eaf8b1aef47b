import type { Rule } from '../rule.ts';
import { apicVirtualization } from './apic-virtualization.ts';
import { architecture } from './architecture.ts';
import { canHost } from './can-host.ts';
import { canNest } from './can-nest.ts';
import { clocksource } from './clocksource.ts';
import { configuredParameters } from './configured-parameters.ts';
import { container } from './container.ts';
import { cpuModel } from './cpu-model.ts';
import { cpuVirtualization } from './cpu-virtualization.ts';
import { depth } from './depth.ts';
import { diskBus } from './disk-bus.ts';
import { guestAccelerator } from './guest-accelerator.ts';
import { guestCanNest } from './guest-can-nest.ts';
import { guestDevices } from './guest-devices.ts';
import { hugePages } from './huge-pages.ts';
import { iommu } from './iommu.ts';
import { kvmDevice } from './kvm-device.ts';
import { kvmModule } from './kvm-module.ts';
import { memoryOvercommit } from './memory-overcommit.ts';
import { nicDriver } from './nic-driver.ts';
import { opaqueRoot } from './opaque-root.ts';
import { secondLevelPaging } from './second-level-paging.ts';
import { snapshot } from './snapshot.ts';
import { softwareKvm } from './software-kvm.ts';
import { svmAcceleration } from './svm-acceleration.ts';
import { unsafeCache } from './unsafe-cache.ts';
import { vcpuOvercommit } from './vcpu-overcommit.ts';
import { vmcsShadowing } from './vmcs-shadowing.ts';

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

/** From which versions on the state of a guest's own guests is part of what a VMM saves and migrates. */
export interface Support {
  readonly vmm: string;
  /** Virtualization of the CPU. */
  readonly virtualization: 'vmx' | 'svm';
  /** Of the node that runs the guest; absent where no version has it. */
  readonly kernel?: string;
  /** Of the VMM. */
  readonly version?: string;
  /** documented: promised by its makers. merged: the code is there, without a guarantee. reported: it was seen to fail. */
  readonly by: 'documented' | 'merged' | 'reported';
  readonly source: string;
  /** Date of the source, as YYYY-MM-DD. */
  readonly date: string;
}

const KERNEL_DOCUMENT = 'https://docs.kernel.org/virt/kvm/x86/running-nested-guests.html';
const CLOUD_HYPERVISOR = 'https://github.com/cloud-hypervisor/cloud-hypervisor/pull/7380';
const FIRECRACKER = 'https://github.com/ejc3/fcvm/issues/664';

/** What is known, by VMM and CPU. The kernel's document still calls the outcome on AMD undefined. */
export const SUPPORT: readonly Support[] = [
  {
    ...{ vmm: 'qemu', virtualization: 'vmx', kernel: '5.3', version: '4.2', by: 'documented' },
    ...{ source: KERNEL_DOCUMENT, date: '2026-11-28' },
  },
  {
    ...{ vmm: 'qemu', virtualization: 'svm', kernel: '5.8', version: '5.1', by: 'merged' },
    ...{
      source: 'https://lore.kernel.org/qemu-devel/20200706164155.24696-11-pbonzini@redhat.com/',
      date: '2020-07-06',
    },
  },
  {
    ...{ vmm: 'cloud-hypervisor', virtualization: 'vmx', kernel: '5.3', version: '50.0', by: 'merged' },
    ...{ source: CLOUD_HYPERVISOR, date: '2025-09-29' },
  },
  {
    ...{ vmm: 'cloud-hypervisor', virtualization: 'svm', kernel: '5.8', version: '50.0', by: 'merged' },
    ...{ source: CLOUD_HYPERVISOR, date: '2025-09-29' },
  },
  { vmm: 'firecracker', virtualization: 'vmx', by: 'reported', source: FIRECRACKER, date: '2026-06-11' },
  { vmm: 'firecracker', virtualization: 'svm', by: 'reported', source: FIRECRACKER, date: '2026-06-11' },
];

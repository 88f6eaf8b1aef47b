import { pass, type Rule, warn } from '../rule.ts';

export const hugePages: Rule = {
  name: 'huge-pages',
  question: 'Can the memory of guests be in huge pages?',
  source:
    'Linux Documentation/admin-guide/mm/transhuge.rst; github.com/cloud-hypervisor/cloud-hypervisor/issues/6060: first touches in nested guests',
  judge({ facts }) {
    const transparent = facts.hugePages.transparent;
    if (transparent === undefined || facts.kvmDevice.opens !== true) return undefined;
    const reserved = facts.hugePages.reserved ?? 0;
    if (transparent !== 'never') return pass(`transparent huge pages: ${transparent}`);
    if (reserved > 0) return pass(`${reserved} reserved`);
    return warn(
      'no: transparent huge pages are off and none are reserved; first touches and page walks of guests are slow',
      "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled (QEMU asks for them), and transparent_hugepage=madvise on the kernel's command line",
    );
  },
};

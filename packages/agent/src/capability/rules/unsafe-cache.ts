import { LIBVIRT_CYCLE } from '../advice/module.ts';
import { pass, type Rule, warn } from '../rule.ts';

export const unsafeCache: Rule = {
  name: 'unsafe-cache',
  question: 'Do the disks of the guests keep what is flushed?',
  source: 'QEMU documentation, "cache=unsafe"; Firecracker docs/api_requests/block-caching.md',
  judge({ guests }) {
    const withDisks = guests.filter((guest) => (guest.disks ?? []).length > 0);
    if (withDisks.length === 0) return undefined;
    const unsafe = withDisks.filter((guest) => guest.disks?.some((disk) => disk.cache === 'unsafe'));
    if (unsafe.length === 0) return pass('yes: no disk has cache=unsafe');
    return warn(
      `fast, but loses data when this node crashes: cache=unsafe on ${unsafe.map((guest) => guest.guest).join(', ')}`,
      `For what must last: virsh edit GUEST, <driver name='qemu' type='qcow2' cache='none'/> (plain QEMU cache=none; Firecracker "cache_type": "Writeback"), ${LIBVIRT_CYCLE}. For an installation that can be repeated it may stay`,
    );
  },
};

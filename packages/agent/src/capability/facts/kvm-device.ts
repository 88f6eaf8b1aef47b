import { absent, type Found, known, parseFound, unknown } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/**
 * Graded evidence on /dev/kvm: the kernel serves it; the node exists; it opens. Only `check --boot` shows that a guest
 * runs. What the kernel serves stands in /proc/misc, in a container as well, whatever its /dev shows.
 */
export const kvmDevice = defineSource({
  name: 'kvm_device',
  about: {
    registered: about<boolean>('Whether a module of KVM serves the device.', '/proc/misc'),
    exists: about<boolean>('Whether the device node exists.', '/dev'),
    opens: about<boolean>('Whether it opens for reading and writing.', 'open(2) of /dev/kvm'),
    error: about<string>('Why it does not open, as errno name.', 'open(2) of /dev/kvm'),
  },
  async read({ host }) {
    const names = await host.list('/dev');
    const opened = await host.open('/dev/kvm');
    const misc = await host.read('/proc/misc', 64 * 1024);
    return {
      registered: parseFound(misc, (text) => /^\s*\d+ kvm$/m.test(text), ''),
      exists: parseFound(names, (all) => all.includes('kvm'), ''),
      opens: known(opened.state === 'known'),
      error: errorOf(opened),
    };
  },
});

function errorOf(opened: Found<true>): Found<string> {
  if (opened.state === 'known') return absent('it opens');
  return opened.errno === undefined ? unknown(opened.reason) : known(opened.errno);
}

import { absent, known, unknown } from '../../host/host.ts';
import { readKernelIdentity } from '../../host/kernel-identity/read-kernel-identity.ts';
import { about, defineSource } from '../fact.ts';

/** Whose kernel runs here, and which release it is or is based on: `uname -r` often names neither. */
export const kernel = defineSource({
  name: 'kernel',
  stays: 'always',
  about: {
    distribution: about<string>(
      'Who built the kernel: debian, ubuntu, kernel.org and so on; "somebody" if unknown.',
      '/proc/version, /proc/version_signature, /proc/sys/kernel/osrelease, /etc/os-release ID',
    ),
    upstream: about<string>('Release of kernel.org that the kernel is, or is based on.', 'the same'),
    build: about<string>("The distribution's own version of it.", 'the same'),
    basis: about<string>(
      'How it is built: stable (a release as it is), based (a release with fixes of its own) or backported (its version tells nothing).',
      'the same',
    ),
    remark: about<string>('Why its version does not show which fixes it has.', 'the same'),
  },
  async read({ host }) {
    const { distribution, upstream, build, basis, reason } = await readKernelIdentity(host);
    return {
      distribution: known(distribution),
      upstream: upstream === undefined ? unknown(reason) : known(upstream),
      build: build === undefined ? absent('nothing names one') : known(build),
      basis: known(basis),
      remark: reason === '' ? absent('it tells') : known(reason),
    };
  },
});

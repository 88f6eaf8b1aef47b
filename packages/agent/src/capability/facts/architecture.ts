import { known } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** Whether this is a machine whose virtualization nestwatch understands. */
export const architecture = defineSource({
  name: 'architecture',
  about: {
    machine: about<string>('Machine architecture.', 'uname(2)'),
    supported: about<boolean>(
      'Whether the facts and rules know this architecture (x86-64 only).',
      'uname(2)',
    ),
  },
  async read(context) {
    return {
      machine: known(context.architecture),
      supported: known(isX86(context.architecture)),
    };
  },
});

export const isX86 = (machine: string) => machine === 'x86_64' || machine === 'amd64';

/** Why x86 facts are absent elsewhere. */
export const unsupported = (machine: string) => `unsupported architecture ${machine}: only x86_64 has this`;

import { parseFound } from '../../host/host.ts';
import { about, defineSource } from '../fact.ts';

/** What this process may do: much of the rest can only be read by root. */
export const processRights = defineSource({
  name: 'process',
  about: {
    root: about<boolean>('Whether it runs as root.', '/proc/self/status Uid'),
  },
  async read({ host }) {
    const status = await host.read('/proc/self/status', 64 * 1024);
    return {
      root: parseFound(
        status,
        (text) => {
          const effective = /^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1];
          return effective === undefined ? undefined : effective === '0';
        },
        '/proc/self/status has no line "Uid"',
      ),
    };
  },
});

import { parseFound } from '../../host/host.ts';
import { statusLine } from '../../host/process-status.ts';
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
      root: parseFound(status, runsAsRoot, '/proc/self/status has no line "Uid"'),
    };
  },
});

function runsAsRoot(status: string): boolean | undefined {
  const effective = /^\d+\s+(\d+)/.exec(statusLine(status, 'Uid') ?? '')?.[1];
  return effective === undefined ? undefined : effective === '0';
}

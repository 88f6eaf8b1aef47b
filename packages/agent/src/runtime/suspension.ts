import { once } from 'node:events';
import { LONGEST_TIMER_MS } from '@nestwatch/common/latch';

/** How this process stops as a whole and goes on later, as for its machine to be saved and restored. */
export interface Suspension {
  /** Aborted when the process is to stop; another signal after each time that it went on. */
  readonly wanted: AbortSignal;
  /** Stops the process, and resolves when it goes on. */
  stop(): Promise<void>;
}

/** SIGTSTP asks for it, as Ctrl-Z in a terminal does, and SIGCONT ends it. */
export function suspensionBySignals(process: NodeJS.Process): Suspension {
  let wanted = new AbortController();
  process.on('SIGTSTP', () => wanted.abort(new Error('SIGTSTP')));
  return {
    get wanted() {
      return wanted.signal;
    },
    async stop() {
      const continued = once(process, 'SIGCONT');
      // Listening to a signal does not keep a process from ending.
      const alive = setInterval(() => undefined, LONGEST_TIMER_MS);
      process.kill(process.pid, 'SIGSTOP');
      await continued;
      clearInterval(alive);
      wanted = new AbortController();
    },
  };
}

import type { Processes } from '../local/processes.ts';
import type { parseSlowness } from './cascade/slow.ts';

/** What the parts of one run of the lab share. */
export interface LabRun {
  readonly processes: Processes;
  readonly slownesses: ReturnType<typeof parseSlowness>[];
  readonly say: (line: string) => void;
  /** Aborted by the user, or when something that the lab needs died. */
  readonly stop: AbortSignal;
  readonly onDeath: (name: string, how: string, logFile: string) => void;
}

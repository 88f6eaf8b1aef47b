import type { Processes } from '../../deploy/local/processes.ts';

/** A program that runs beside the agent, so that both are measured in the same minute. */
export interface Peer {
  id: string;
  what: string;
  /** Starts it, or says why it cannot be started here. */
  start(context: PeerContext): Promise<RunningPeer | { absent: string }>;
}

export interface PeerContext {
  processes: Processes;
  /** Folder for its settings and data. */
  dir: string;
  intervalMs: number;
}

export interface RunningPeer {
  /** Ids of all its processes. */
  pids(): number[];
  /** What somebody has to do at each interval for it to report, such as asking it. */
  ask?: () => Promise<void>;
}

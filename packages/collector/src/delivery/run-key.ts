/** A run of a node's agent. */
export interface RunKey {
  lab: string;
  node: string;
  /** Called `boot` on the wire and where it is stored. */
  runId: string;
}

export const RUN_ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** Key of a run in the bucket of delivery states. */
export const runKey = ({ lab, node, runId }: RunKey): string => `${lab}.${node}.${runId}`;

import type { Kind } from '@nestwatch/proto';

/** A message as it is sent, numbered within its run of the agent. */
export interface EncodedMessage {
  kind: Kind;
  /** The run that made it. */
  runId: string;
  /** Counts from 1 within the run. */
  seq: number;
  bytes: Uint8Array;
}

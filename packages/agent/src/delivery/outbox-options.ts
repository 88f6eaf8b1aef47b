import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import type { OutboxFiles } from './files.ts';

export interface OutboxOptions {
  /** Folder that holds the segments; made when it is missing. */
  dir: string;
  /** This run of the agent, as in the messages' headers. */
  runId: string;
  /** Bytes on disk beyond which the oldest samples are dropped, and when there are none left the oldest results. */
  maxBytes: number;
  /** Age beyond which anything is dropped, ms. */
  maxAgeMs: number;
  clock: Clock;
  log: Log;
  /** How long a message may wait unconfirmed before it is synced to disk, ms; 0 syncs each before it is sent. Default 5000. */
  syncAfterMs?: number;
  /** How often to sync, to age and to try a disk that refused again, ms; 0 only with `maintain()`. Default 5000. */
  maintainMs?: number;
  /** The folder; tests give one that fails. */
  files?: OutboxFiles;
}

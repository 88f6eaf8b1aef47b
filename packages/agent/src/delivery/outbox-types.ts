import type { Clock } from '@nestwatch/common/clock';
import type { Log } from '@nestwatch/common/log';
import type { Ranges } from '@nestwatch/common/ranges';
import type { Kind } from '@nestwatch/proto';
import type { OutboxFiles } from './files.ts';
import type { Dropped, Entry } from './segment.ts';

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

export interface OutboxStats {
  /** Messages not yet confirmed, and their bytes. */
  pendingMessages: number;
  pendingBytes: number;
  /** Bytes of all segment files. */
  diskBytes: number;
  /** Of the pending ones, those that are in memory only because the disk refused them. */
  memoryMessages: number;
  /** Let go by policy since this run began. */
  droppedSamples: number;
  droppedResults: number;
  /** Found damaged when the outbox was opened. */
  damagedBytes: number;
  /** Why the disk is not used at the moment. */
  diskError: string | undefined;
  /** Wall clock at which the oldest pending message was put in, µs since 1970. */
  oldestWallUs: number | undefined;
}

export interface Outbox {
  /**
   * Keeps a message. Resolves when it is in the file, or in memory when the disk refuses; never rejects.
   * `seq` must be larger than any before.
   */
  append(kind: Kind, seq: number, bytes: Uint8Array): Promise<Entry>;
  /** What is not confirmed, of earlier runs too, oldest first. May be iterated while the outbox changes. */
  pending(): Iterable<Entry>;
  /** The message itself. Undefined when it is done, or its file is gone or damaged. */
  read(entry: Entry): Promise<Uint8Array | undefined>;
  /**
   * Frees what the collector has written. Messages that were never sent stay: a confirmation of them is
   * one of another time line, in which this machine ran on before it was rolled back to a snapshot.
   * @returns how many were freed
   */
  confirm(runId: string, ranges: Ranges): number;
  /** Lets one message go that can not be sent, and notes it as dropped. */
  discard(entry: Entry): void;
  /** From now on, messages are of this run. */
  renew(runId: string): void;
  /** Runs of which something is pending, oldest first. */
  runIds(): string[];
  /** What was dropped by policy and not yet declared to the collector. */
  undeclared(): readonly Dropped[];
  /** The collector will learn of these drops, because a message that tells of them is in the outbox. */
  declared(drops: readonly Dropped[]): void;
  stats(): OutboxStats;
  /** Syncs, ages, and tries the disk again; called by itself every `maintainMs`. */
  maintain(): Promise<void>;
  /** Syncs and closes the files. What is only in memory is tried once more. */
  close(): Promise<void>;
}

import type { IncomingHttpHeaders } from 'node:http';

/** What a stand-in is, has and was asked. */
export interface Given {
  /** Such as "2.7.12". */
  readonly version: string;
  /** Databases, or buckets of 2.x, that there are. */
  readonly databases: Set<string>;
  /** The only one of 2.x. */
  organisation: string;
  /** What the token of 2.x may do: all, read and write the buckets, or nothing because it is none. */
  rights: 'all' | 'one bucket' | 'none';
  /** Points that are older are not taken, ms. */
  keepsMs: number;
  /** 3 answers a write when its log is flushed, each this many ms; 0 for at once. */
  flushEveryMs: number;
  /** 3 reads at most this many days of a table at once. */
  mostDays: number;
  /** Types of fields, by "measurement.field". */
  readonly types: Map<string, string>;
  /** Points that were taken. */
  points: number;
  /** Writes that are not answered yet, and the most that there were. */
  writing: number;
  mostWriting: number;
  /** All that it was asked but writes, as "GET /query?q=…". */
  readonly asked: string[];
}

export interface Question {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Said {
  readonly status: number;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How one version answers. */
export type Route = (question: Question, given: Given) => Said | Promise<Said>;

import type { KnownNode } from '../../read/nodes.ts';
import type { StreamId } from '../../read/result.ts';
import type { InjectedRates, Told } from '../detect/injected.ts';

/** Whether a lab's own history keeps what the detection promises. Times are µs since 1970. */
export interface LabPromise {
  readonly lab: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** By layer and name of the node. */
  readonly streams: readonly StreamPromise[];
  /** All streams of one comparison together. */
  readonly totals: readonly PromiseTotal[];
}

/** One benchmark of one node in one comparison, with steps put into its history. */
export interface StreamPromise
  extends StreamId,
    Pick<KnownNode, 'node' | 'name' | 'layer'>,
    Omit<InjectedRates, 'told'> {
  /** How the stream is called. */
  readonly stream: string;
  readonly against: 'self' | 'parent';
  readonly told: readonly (Told & { readonly timeUs: number })[];
}

export interface PromiseTotal extends Pick<InjectedRates, 'rounds' | 'blind' | 'found'> {
  readonly against: 'self' | 'parent';
  readonly told: number;
}

import type { Counts } from './counts.ts';
import type { WorkName } from './works/list.ts';

/** How a piece of work ended: counted; failed, with the reason; or the layer was silent for too long. */
export type State = 'counted' | 'failed' | 'hung' | 'not reached';

/** One piece of work in one layer. */
export interface WorkResult {
  readonly work: WorkName;
  /** Layer that did it, or that booted. */
  readonly layer: number;
  readonly state: State;
  /** Why there is no count, or what else is to be known. */
  readonly why?: string;
  /** Time of the layer's own clock for all pieces, µs: of the lab, and only a rough figure. Absent where it was not measured. */
  readonly us?: number;
  /** Counts of each layer, guest0 first, of all pieces, less what doing nothing costs: the mean of those that agree. */
  readonly counts: readonly Counts[];
  /** Exits at each layer above, guest0 first, of each repetition. */
  readonly repetitions: readonly (readonly number[])[];
  /** Whether the last two are within 2 % of each other; absent for what is done once. */
  readonly agrees?: boolean;
}

/** One boot of a cascade, with the work that was done in it. */
export interface Observed {
  /** When it began, ISO 8601. */
  readonly at: string;
  /** Seconds of this machine. */
  readonly seconds: number;
  readonly cpus: number;
  readonly works: readonly WorkResult[];
  /** Events that the kernel of a layer does not have, by layer. */
  readonly lacking: Readonly<Record<string, readonly string[]>>;
  /** For what pages of the shadow page tables were taken away, by the layer that booted: "HITS function<caller<…" of each layer above. */
  readonly stacks: Readonly<Record<string, readonly string[]>>;
}

/** All that is known of one set of kernels. It is a file of its own. */
export interface ObservedSet {
  readonly format: 1;
  readonly name: string;
  /** Of each layer, guest0 first. */
  readonly layers: readonly { readonly release: string; readonly qemu: string }[];
  /** Lab seconds in one second of the machine. */
  readonly speed: number;
  readonly idleSeconds: number;
  /** Features of the scheduler that all layers switched, such as NO_HRTICK; absent for none. */
  readonly features?: readonly string[];
  readonly works: readonly WorkName[];
  readonly runs: readonly Observed[];
}

/** Whether the kernels are as Debian has them. */
export const isUsual = ({ features = [] }: Pick<ObservedSet, 'features'>): boolean => features.length === 0;

/** What a figure belongs to: two cells are compared when theirs is the same. */
export const keyOf = ({ work, layer }: Pick<WorkResult, 'work' | 'layer'>) => `${work} guest${layer}`;

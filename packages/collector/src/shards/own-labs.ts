/** Which labs a collector's shard has: of all of them where there are no shards. */
export interface OwnLabs {
  /** Name of the shard; empty where there are none. */
  readonly shard: string;
  /** How many shards share the buckets of their NATS. */
  readonly sharing: number;
  /** Whether the shard has the lab: its stream takes what the lab's nodes send. */
  owns(lab: string): boolean;
  /** Whether this shard answers people who ask about a lab; undefined: about no lab, or about all. */
  answersFor(lab: string | undefined): boolean;
  /** Call it with a lab whose node asks for something: where no shard has it and the file gives it to this one, it is taken. */
  asked(lab: string): void;
  /** Aborted when a lab came to the shard or left it by another's doing. */
  untilChanged(): AbortSignal;
}

const NEVER = new AbortController().signal;

export const ALL_LABS: OwnLabs = {
  shard: '',
  sharing: 1,
  owns: () => true,
  answersFor: () => true,
  asked: () => undefined,
  untilChanged: () => NEVER,
};

/** A name that only the collectors of one shard use: of a lease, or of a queue. */
export function ofShard(name: string, { shard }: Pick<OwnLabs, 'shard'>): string {
  return shard === '' ? name : `${name}-${shard}`;
}

/** Settings of a bucket that all shards of one NATS share: with room for each. */
export function sharedBucket<S extends { readonly maxBytes: number }>(
  settings: S,
  { sharing }: Pick<OwnLabs, 'sharing'>,
): S {
  return { ...settings, maxBytes: settings.maxBytes * sharing };
}

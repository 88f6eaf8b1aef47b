import type { Config } from '@nestwatch/common/config/load';
import { text } from '@nestwatch/common/config/setting';

/** Where all programs that deal with several labs find the shards. */
export const shardsFileSetting = {
  'shards.file': text('File that says which labs are in which shard (shards.yaml); empty for no shards', {
    default: '',
  }),
} as const;

/** What a collector works for. */
export const shardSettings = {
  shard: text('Shard of shards.file whose labs this collector takes in; its settings go before all others', {
    default: '',
    pattern: /^[a-z0-9][a-z0-9_-]{0,31}$/,
    allowed: 'the name of a shard',
  }),
} as const;

export type ShardsConfig = Config<typeof shardsFileSetting>;

import type { Command } from '@nestwatch/common/cli/program';
import type { UserSchema } from '../settings.ts';

export const shardsCommand: Command<UserSchema> = {
  meaning: 'the shards, their labs, and what waits in each; move a lab from one to another',
  usage: '[move LAB --to SHARD]',
  options: { to: false, wait: false, 'without-history': true, json: true },
  optionMeanings: {
    to: 'the shard that the lab moves to',
    wait: 'how long to wait until what the lab sent before is written (default 10m)',
    'without-history': 'leave what the lab stored before in the database of the shard that it leaves',
    json: 'print JSON',
  },
  async run(context) {
    const [word] = context.words;
    if (word === undefined) return (await import('./list.ts')).listShards(context);
    return (await import('./move.ts')).moveLab(context);
  },
};

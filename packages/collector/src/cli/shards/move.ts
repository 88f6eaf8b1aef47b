import { pause } from '@nestwatch/common/backoff';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import type { MovedRow } from '../../influx/move/move-history.ts';
import type { Waiting } from '../../shards/move-lab.ts';
import { type Shard, type ShardPlan, shardNamed } from '../../shards/shard-file.ts';
import { askCollector } from '../ask-collector.ts';
import { textOption, type UserSchema } from '../settings.ts';
import { withNats } from '../with-nats.ts';
import { giveLab } from './edit-labs.ts';
import { moveLabHistory } from './history.ts';
import { byNats, contextOf, natsOf, planOf } from './plan.ts';

type Context = CommandContext<UserSchema>;

const WAIT_MS = 600_000;
const ASK_EVERY_MS = 500;

/**
 * `nestwatch shards move LAB --to SHARD`. Each step may be done again, so that a move that was interrupted is ended by the
 * same command. Exit 1 when messages of the lab still wait in the stream that it left.
 */
export async function moveLab(context: Context): Promise<number> {
  const { options, stdout, stderr, signal } = context;
  const { lab, to } = wantedIn(context);
  const waitMs = waitIn(context);
  const plan = await planOf(context);
  const target = shardNamed(plan, to);
  const neighbours = byNats(context, plan).get(natsOf(context, target)) ?? [];
  refuseFarMove(context, plan, lab, neighbours);
  const say = (text: string) => stderr.write(`${text}\n`);
  const waiting = await withNats(contextOf(context, target), async (connection) => {
    await askCollector(connection, 'operate', 'move-lab', { lab, shard: to });
    say(`what lab ${lab} sends goes to shard ${to} from now on`);
    if (await giveLab(plan.path, lab, to))
      say(`${plan.path} says so: have the same file wherever it is read`);
    const untilMs = Date.now() + waitMs;
    for (;;) {
      const found = await askCollector<Waiting[]>(connection, 'read', 'moving', { lab, shard: to });
      const isOver = found.length === 0 || Date.now() >= untilMs;
      if (isOver || !(await pause(ASK_EVERY_MS, signal))) return found;
    }
  });
  if (waiting.length > 0) {
    for (const { shard, messages } of waiting)
      say(`shard ${shard} has yet to write ${messages} messages, those of lab ${lab} among them`);
    say('nothing is lost: they are written when its database takes them; run the same command again then');
    return EXIT.failed;
  }
  const from = neighbours.filter((each) => each !== target);
  const moved = options['without-history'] ? [] : await moveLabHistory(context, { lab, from, target, say });
  if (moved === undefined) {
    say('stopped: the same command goes on');
    return EXIT.failed;
  }
  if (options['json']) stdout.write(`${JSON.stringify({ lab, shard: to, moved }, null, 2)}\n`);
  else stdout.write(doneText(lab, to, moved));
  return EXIT.ok;
}

function wantedIn(context: Context): { lab: string; to: string } {
  const [verb, lab, ...more] = context.words;
  const to = textOption(context, 'to');
  if (verb !== 'move')
    throw new UsageError(`unknown word ${verb}: nestwatch shards, or nestwatch shards move LAB --to SHARD`);
  if (lab === undefined || to === undefined || more.length > 0)
    throw new UsageError('say which lab moves where: nestwatch shards move LAB --to SHARD');
  if (!ID_PATTERN.test(lab)) throw new UsageError(`${lab} is not the name of a lab`);
  return { lab, to };
}

function waitIn(context: Context): number {
  const given = textOption(context, 'wait');
  const ms = given === undefined ? WAIT_MS : parseDuration(given);
  if (ms === undefined) throw new UsageError(`--wait ${given}: give a time such as 30s or 10m`);
  return ms;
}

/** Nodes of a lab know one NATS: to another one they come by their own setting. */
function refuseFarMove(context: Context, plan: ShardPlan, lab: string, neighbours: readonly Shard[]): void {
  const named = plan.shards.find(({ labs }) => labs.includes(lab));
  if (named === undefined || neighbours.includes(named)) return;
  throw new UsageError(
    `shard ${named.name} is on another NATS, ${natsOf(context, named)}: put lab ${lab} under the other shard in ${plan.path}, and set nats.url of its nodes to the NATS there; what they have not had confirmed they send again`,
  );
}

function doneText(lab: string, to: string, moved: readonly MovedRow[]): string {
  const points = moved.reduce((sum, row) => sum + row.points, 0);
  return `lab ${lab} is in shard ${to}; ${points} points that it stored before are there as well\n`;
}

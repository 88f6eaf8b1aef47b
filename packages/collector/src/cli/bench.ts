import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { formatDuration, parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import { type Cell, titleOf } from '../read/result.ts';
import { readNewestRounds } from '../read/results.ts';
import { openReader } from './open-reader.ts';
import { askForRound } from './rounds/ask.ts';
import { renderRound } from './rounds/tables.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

const DEFAULT_WINDOW_MS = 3_600_000;
const DEFAULT_ANSWER_MS = 3000;
/** A node whose turn began shortly before the round's end still finishes it. */
const GRACE_MS = 1_200_000;

/** `nestwatch bench --lab NAME [name…]`: asks for a round now, or shows the newest ones. */
export async function benchLab(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options } = context;
  const lab = textOption(context, 'lab') ?? 'default';
  if (!ID_PATTERN.test(lab)) throw new UsageError(`${lab} is not the name of a lab`);
  if (options['show']) {
    const cells = await readNewestRounds(await openReader(context), lab);
    const wanted = words.length === 0 ? cells : cells.filter((cell) => words.includes(cell.benchmark));
    return print(context, wanted, `InfluxDB has no round of lab ${lab}`);
  }
  if (words.length === 0)
    throw new UsageError('name at least one benchmark, such as cpu.sha256, or give --show');
  return ask(context, lab);
}

async function ask(context: CommandContext<UserSchema>, lab: string): Promise<number> {
  const { words, options, signal, stderr, env } = context;
  const windowMs = durationOf(options['window'], 'window', DEFAULT_WINDOW_MS);
  const answerMs = durationOf(options['wait'], 'wait', DEFAULT_ANSWER_MS);
  const paint = paintFor(stderr, env);
  const say = (text: string) => stderr.write(`${paint('dim', text)}\n`);
  const { replies, cells, missing } = await withNats(
    context,
    (connection) =>
      askForRound({
        connection,
        lab,
        answerMs,
        signal,
        limitMs: windowMs + GRACE_MS,
        request: {
          benchmarks: [...words],
          size: textOption(context, 'size') ?? '',
          nominalMs: Date.now(),
          windowSeconds: Math.ceil(windowMs / 1000),
        },
        onReply: ({ name, benchmarks, refusal }) =>
          say(
            refusal ? `${name} takes no part: ${refusal}` : `${name} takes part: ${benchmarks?.join(', ')}`,
          ),
        onResult: (cell) => say(`${cell.name} has reported ${titleOf(cell)}`),
      }),
    lab,
  );
  if (replies.length === 0) {
    stderr.write(
      `no node of lab ${lab} answered within ${formatDuration(answerMs)}. Check that its agents run\n`,
    );
    return EXIT.failed;
  }
  for (const each of missing) stderr.write(`no result: ${each}\n`);
  const code = print(context, cells, 'nothing was measured');
  return missing.length > 0 ? EXIT.failed : code;
}

/** Exit 1 when there is nothing to show. */
function print(
  { options, stdout, stderr }: CommandContext<UserSchema>,
  cells: readonly Cell[],
  none: string,
): number {
  if (options['json']) stdout.write(`${JSON.stringify(cells, null, 2)}\n`);
  else if (cells.length > 0) stdout.write(renderRound(cells, { article: options['article'] === true }));
  else stderr.write(`${none}\n`);
  return cells.length > 0 ? EXIT.ok : EXIT.failed;
}

function durationOf(given: string | true | undefined, name: string, otherwise: number): number {
  if (given === undefined) return otherwise;
  const ms = parseDuration(given);
  if (ms === undefined || ms < 1000)
    throw new UsageError(`--${name} ${given}: give a time such as 30s or 10m`);
  return ms;
}

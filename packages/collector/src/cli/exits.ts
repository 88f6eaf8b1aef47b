import { userInfo } from 'node:os';
import { pause } from '@nestwatch/common/backoff';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { formatDuration, parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { formatAgo, formatPercent, formatTime, significant } from '@nestwatch/common/quantities';
import { ID_PATTERN, v1 } from '@nestwatch/proto';
import { readExitTraces, type StoredExitTrace } from '../read/exit-traces.ts';
import { readTraceOutcome } from '../read/trace-outcome.ts';
import { askCollector } from './ask-collector.ts';
import { nodeId } from './node-id.ts';
import { openReader } from './open-reader.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

const LOOK_MS = 2000;

/** `nestwatch exits LAB NODE`: has a node trace why its guests exit, waits for it, and shows what it found. */
export async function showExits(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, env, stderr, signal } = context;
  const [lab, named] = words;
  if (lab === undefined || named === undefined || !ID_PATTERN.test(lab)) {
    throw new UsageError('give the lab and the node whose guests exit: nestwatch exits LAB NODE');
  }
  const waitMs = parseDuration(textOption(context, 'wait') ?? '3m');
  if (waitMs === undefined || waitMs < 1000) throw new UsageError('--wait: give a time such as 30s or 3m');
  const node = await nodeId(context, lab, named);
  const store = await openReader(context);
  const before = await readTraceOutcome(store, lab, node);
  if (options['show']) return show(context, await readExitTraces(store, lab, { node }));
  const by = env['SUDO_USER'] ?? userInfo().username;
  await withNats(
    context,
    (connection) => askCollector(connection, 'operate', 'exits', { lab, node, by }),
    lab,
  );
  stderr.write(`the request reaches ${named} at its next clock comparison, usually within a minute\n`);
  for (let waitedMs = 0; waitedMs < waitMs && (await pause(LOOK_MS, signal)); waitedMs += LOOK_MS) {
    const now = await readTraceOutcome(store, lab, node);
    if (now === undefined || now.atUs === before?.atUs) continue;
    if (now.status === v1.ProbeOutcome.Status.OK)
      return show(context, await readExitTraces(store, lab, { node }));
    stderr.write(`${named} cannot trace exits: ${now.reason}\n`);
    return EXIT.failed;
  }
  stderr.write(
    `${named} did not answer within ${formatDuration(waitMs)}: it traces at most every 10 minutes (exits.every), and never if exits.enabled is false\n`,
  );
  return EXIT.failed;
}

function show(
  { options, stdout, stderr }: CommandContext<UserSchema>,
  traces: readonly StoredExitTrace[],
): number {
  if (options['json']) stdout.write(`${JSON.stringify(traces, null, 2)}\n`);
  else if (traces.length > 0) stdout.write(traces.map(paragraph).join('\n'));
  else stderr.write('no trace yet\n');
  return traces.length > 0 ? EXIT.ok : EXIT.failed;
}

function paragraph({ guest, name, atUs, exitsPerSecond, summary, reasons }: StoredExitTrace): string {
  const ago = formatAgo(atUs, Date.now() * 1000);
  const title = `${guest} on ${name}, ${ago}: ${significant(exitsPerSecond)} exits a second: ${summary}\n`;
  return `${title}${renderTable(
    [
      { title: 'REASON', value: ({ reason }) => reason },
      { title: 'OF', value: ({ nested }) => (nested ? 'its guests' : 'all') },
      { title: 'SHARE', value: ({ shareRatio }) => formatPercent(shareRatio, 1), align: 'right' },
      { title: 'A SECOND', value: ({ perSecond }) => significant(perSecond), align: 'right' },
      {
        title: 'UNTIL ENTRY',
        value: ({ meanUs }) => (meanUs === undefined ? '' : formatTime(meanUs / 1e6)),
        align: 'right',
      },
    ],
    [...reasons].sort((one, other) => Number(one.nested) - Number(other.nested)),
  )}`;
}

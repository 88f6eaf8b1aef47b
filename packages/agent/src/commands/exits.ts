import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { systemClock } from '@nestwatch/common/clock';
import { formatDuration, parseDuration, refused } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import { formatPercent, formatTime, significant } from '@nestwatch/common/quantities';
import { askHelper } from '../exits/ask-helper.ts';
import { mayTrace } from '../exits/may-trace.ts';
import type { TraceAnswer } from '../exits/parse-answer.ts';
import { reasonsOf, summaryOf } from '../exits/shape.ts';
import { type ExitTrace, LONGEST_TRACE_MS, type ProcessExits } from '../exits/trace.ts';
import { traceExits } from '../exits/trace-exits.ts';
import { createGuestFinder } from '../guests/guest-finder.ts';
import { createFileHost } from '../host/file-host.ts';
import { type Host, valueIn } from '../host/host.ts';
import type { agentSchema } from '../runtime/config/schema.ts';

interface GuestExits extends Pick<ProcessExits, 'pid' | 'reasons'> {
  /** Its name; "pid N" where the process is no guest that is known. */
  readonly guest: string;
}

/** `nestwatch-agent exits`: why the guests of this machine exit, for a person or for a program. */
export async function exitsCommand(context: CommandContext<typeof agentSchema>): Promise<number> {
  const { config, options, stdout, stderr, env, signal } = context;
  const forMs = parseFor(options['for']);
  const host = createFileHost(config['host.root']);
  const wanted = options['guest'];
  const guests = await guestNames(host);
  if (typeof wanted === 'string' && ![...guests.values()].includes(wanted)) {
    throw new UsageError(
      `no guest ${wanted} runs here; running: ${[...guests.values()].join(', ') || 'none'}`,
    );
  }
  if (stderr.isTTY) stderr.write(`tracing exits for ${formatDuration(forMs)}\n`);
  const found = await trace(host, forMs, config['state.dir'], signal);
  if (found.state !== 'known') {
    if (options['json']) stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
    else stderr.write(`cannot trace exits: ${found.reason}\n`);
    return EXIT.failed;
  }
  const exits = found.value.processes
    .map((each) => ({ ...each, guest: guests.get(each.pid) ?? `pid ${each.pid}` }))
    .filter(({ guest }) => wanted === undefined || guest === wanted);
  stdout.write(
    options['json'] ? asJson(found.value, exits) : asText(found.value, exits, paintFor(stdout, env)),
  );
  return exits.length > 0 ? EXIT.ok : EXIT.failed;
}

async function trace(host: Host, forMs: number, stateDir: string, signal: AbortSignal): Promise<TraceAnswer> {
  const tracefs = await mayTrace(host);
  if (tracefs.state === 'denied') return askHelper(tracefs, { host, stateDir, signal });
  if (tracefs.state !== 'known') return tracefs;
  return traceExits({ host, clock: systemClock, forMs, signal, pid: process.pid });
}

async function guestNames(host: Host): Promise<Map<number, string>> {
  const running = valueIn(await createGuestFinder(host, systemClock).find()) ?? [];
  return new Map(running.map(({ pid, guest }) => [pid ?? 0, guest ?? '']));
}

function parseFor(given: string | true | undefined): number {
  const ms = parseDuration(given ?? '10s');
  if (ms === undefined || ms < 1000 || ms > LONGEST_TRACE_MS)
    throw refused(given, 'for --for a time from 1s to 10s');
  return ms;
}

function asJson({ seconds, method, missedRatio }: ExitTrace, exits: readonly GuestExits[]): string {
  const guests = exits.map(({ guest, pid, reasons }) => {
    const own = reasons.filter(({ nested }) => !nested);
    const nested = reasons.filter((each) => each.nested);
    return {
      guest,
      pid,
      summary: summaryOf(own),
      reasons: reasonsOf(own, seconds),
      nested: reasonsOf(nested, seconds),
    };
  });
  return `${JSON.stringify({ seconds, method, missedRatio, guests }, undefined, 2)}\n`;
}

const LEVELS = [
  ['', false],
  [', of its own guests', true],
] as const;

function asText(
  { seconds, method, missedRatio }: ExitTrace,
  exits: readonly GuestExits[],
  paint: ReturnType<typeof paintFor>,
): string {
  if (exits.length === 0) return 'no guest exited\n';
  const how = method === 'sums' ? 'the kernel counted each' : 'counted from records';
  const missed =
    method === 'records' && missedRatio > 0
      ? `, ${formatPercent(missedRatio)} of the records were lost, because the buffer was full`
      : '';
  const parts = exits.flatMap(({ guest, reasons }) =>
    LEVELS.flatMap(([whose, isNested]) => {
      const rows = reasonsOf(
        reasons.filter(({ nested }) => nested === isNested),
        seconds,
      );
      if (rows.length === 0) return [];
      const total = rows.reduce((sum, { perSecond }) => sum + perSecond, 0);
      return [`${paint('bold', guest)}${whose}: ${significant(total)} exits a second\n${tableOf(rows)}`];
    }),
  );
  return `${parts.join('\n')}\nover ${significant(seconds)} s; ${how}${missed}\n`;
}

function tableOf(rows: ReturnType<typeof reasonsOf>): string {
  return renderTable(
    [
      { title: 'reason', value: ({ reason }) => `  ${reason}` },
      { title: 'share', value: ({ shareRatio }) => formatPercent(shareRatio, 1), align: 'right' },
      { title: 'a second', value: ({ perSecond }) => significant(perSecond), align: 'right' },
      {
        title: 'until entry',
        value: ({ meanUs }) => (meanUs === null ? '' : formatTime(meanUs / 1e6)),
        align: 'right',
      },
    ],
    rows,
  );
}

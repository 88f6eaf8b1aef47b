import { userInfo } from 'node:os';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { parseDuration } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { nearNames } from '@nestwatch/common/near-names';
import { ID_PATTERN } from '@nestwatch/proto';
import type { Silence } from '../alerting/alerts/silence.ts';
import { rules } from '../alerting/rules/index.ts';
import { timeText } from '../analysis/report/text.ts';
import { LONGEST_MS } from '../operators/silences.ts';
import { readLabs } from '../read/nodes.ts';
import { askCollector } from './ask-collector.ts';
import { nodeId } from './node-id.ts';
import { openReader } from './open-reader.ts';
import type { UserSchema } from './settings.ts';
import { readLists } from './shards/plan.ts';
import { withNats } from './with-nats.ts';

/** `nestwatch silence LAB --for 2h --why …`, `--list` and `--end ID`. */
export async function silence(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr } = context;
  const lab = words[0];
  if (lab === undefined || !ID_PATTERN.test(lab))
    throw new UsageError('give the lab: nestwatch silence LAB --for 2h --why TEXT');
  if (options['list']) {
    const all = await readLists<Silence>(context, 'silences', lab, 'nats');
    const current = all.filter((each) => each.endsUs > Date.now() * 1000);
    if (options['json']) stdout.write(`${JSON.stringify(current, null, 2)}\n`);
    else if (current.length > 0) stdout.write(renderSilences(current));
    else stderr.write(`lab ${lab} has no silence\n`);
    return EXIT.ok;
  }
  const end = options['end'];
  if (end !== undefined) return endSilence(context, lab, String(end));
  const wanted = await silenceOf(context, lab);
  const made = await withNats(
    context,
    (connection) => askCollector<Silence>(connection, 'operate', 'silence', wanted),
    lab,
  );
  await sayUnknown(context, lab);
  if (options['json']) stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  else stdout.write(renderSilences([made]));
  return EXIT.ok;
}

/** A lab may be silenced before it starts; most that nobody knows are mistyped. */
async function sayUnknown(context: CommandContext<UserSchema>, lab: string): Promise<void> {
  // NATS has the silence: it holds without InfluxDB, too.
  const labs = await openReader(context)
    .then(readLabs)
    .catch(() => [lab]);
  if (labs.includes(lab)) return;
  const near = nearNames(lab, labs);
  const hint = near === '' ? '' : `; ${near}`;
  context.stderr.write(`silenced, but no lab ${lab} has reported in the last 30 days${hint}\n`);
}

async function endSilence(context: CommandContext<UserSchema>, lab: string, id: string): Promise<number> {
  if (!/^[0-9a-f]+$/.test(id)) throw new UsageError(`${id} is not the id of a silence: see --list`);
  await withNats(
    context,
    (connection) => askCollector(connection, 'operate', 'end-silence', { lab, id }),
    lab,
  );
  context.stderr.write(`silence ${id} ended\n`);
  return EXIT.ok;
}

async function silenceOf(context: CommandContext<UserSchema>, lab: string) {
  const { options, env } = context;
  const forMs = parseDuration(options['for']);
  if (forMs === undefined || forMs <= 0 || forMs > LONGEST_MS) {
    throw new UsageError('give a duration: --for 30m, 2h or 1d, at most 365d');
  }
  const why = options['why'];
  if (typeof why !== 'string' || why.trim() === '')
    throw new UsageError('give a reason: --why "taking a snapshot"');
  const layer = layerOf(options['layer']);
  const rule = ruleOf(options['rule']);
  const named = options['node'];
  const node = named === undefined ? undefined : await nodeId(context, lab, String(named));
  return defined({
    lab,
    layer,
    node,
    rule,
    forMs,
    why: why.trim(),
    by: env['SUDO_USER'] ?? userInfo().username,
  });
}

function layerOf(given: string | true | undefined): number | undefined {
  if (given === undefined) return undefined;
  const layer = Number(given);
  if (!Number.isInteger(layer) || layer < 0) throw new UsageError('--layer must be a whole number from 0');
  return layer;
}

function ruleOf(given: string | true | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (rules.some(({ name }) => name === given)) return String(given);
  const names = rules.map(({ name }) => name).join(', ');
  throw new UsageError(`unknown rule ${String(given)}; known: ${names}`);
}

function renderSilences(silences: readonly Silence[]): string {
  return renderTable(
    [
      { title: 'ID', value: (each) => each.id },
      { title: 'LAB', value: (each) => each.lab },
      { title: 'WHAT', value: what },
      { title: 'UNTIL', value: (each) => `${timeText(each.endsUs)} UTC` },
      { title: 'BY', value: (each) => each.by },
      { title: 'WHY', value: (each) => each.why },
    ],
    silences,
  );
}

function what({ layer, node, rule }: Silence): string {
  const parts = [
    layer !== undefined && `layer ${layer} and below`,
    node !== undefined && `${node} and below`,
    rule ?? false,
  ];
  return parts.filter((part) => part !== false).join(', ') || 'everything';
}

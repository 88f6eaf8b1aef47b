import { userInfo } from 'node:os';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto';
import type { Decision } from '../topology/claim-memory.ts';
import type { ConflictRecord } from '../topology/decide.ts';
import { acceptLevel, endAcceptance } from './accept-level.ts';
import { askCollector } from './ask-collector.ts';
import { textOption, type UserSchema } from './settings.ts';
import { readLists } from './shards/plan.ts';
import { withNats } from './with-nats.ts';

/**
 * `nestwatch accept LAB NODE --parent P`, and `nestwatch accept [LAB] --list`: exit 1 when there is something to decide.
 * With --why or --end it is about what is the normal speed.
 */
export async function accept(context: CommandContext<UserSchema>): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const [lab, node] = words;
  if (lab !== undefined && !ID_PATTERN.test(lab)) throw new UsageError(`${lab} is not the name of a lab`);
  if (options['list']) return list(context, lab);
  const end = textOption(context, 'end');
  if (lab !== undefined && end !== undefined) return endAcceptance(context, lab, end);
  if (lab !== undefined && node === undefined && options['why'] !== undefined)
    return acceptLevel(context, lab);
  const parent = textOption(context, 'parent');
  if (lab === undefined || node === undefined || parent === undefined) {
    throw new UsageError(
      'give the parent of a node (nestwatch accept LAB NODE --parent P), --list to show disputes, or the speed to accept (nestwatch accept LAB --node NODE --why TEXT)',
    );
  }
  const wanted = { lab, node, parent, by: env['SUDO_USER'] ?? userInfo().username };
  const made = await withNats(
    context,
    (connection) => askCollector<Decision>(connection, 'operate', 'accept', wanted),
    lab,
  );
  if (options['json']) stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  else stderr.write(`${sentence(made)}\n`);
  return EXIT.ok;
}

async function list(context: CommandContext<UserSchema>, lab: string | undefined): Promise<number> {
  const { options, stdout, stderr } = context;
  const conflicts = await readLists<ConflictRecord>(context, 'conflicts', lab, 'shard');
  if (options['json']) stdout.write(`${JSON.stringify(conflicts, null, 2)}\n`);
  else if (conflicts.length > 0) stdout.write(renderConflicts(conflicts));
  else stderr.write('nothing to decide\n');
  return conflicts.length > 0 ? EXIT.failed : EXIT.ok;
}

function sentence({ node, parent, rejected }: Decision): string {
  const who = parent === '' ? `no machine with an agent runs ${node}` : `${parent} runs ${node}`;
  return rejected.length === 0 ? who : `${who}; rejected: ${rejected.join(', ')}`;
}

function renderConflicts(conflicts: readonly ConflictRecord[]): string {
  return renderTable(
    [
      { title: 'LAB', value: (each) => each.lab },
      { title: 'NODE', value: (each) => each.node },
      { title: 'NAME', value: (each) => each.name },
      { title: 'ACCEPTED', value: (each) => each.accepted ?? '-' },
      { title: 'CLAIMED BY', value: (each) => each.claimants.join(' ') },
      { title: 'WHY', value: (each) => each.reason },
    ],
    conflicts,
  );
}

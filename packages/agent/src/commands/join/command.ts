import { readFileSync } from 'node:fs';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { agentSchema } from '../../runtime/config/schema.ts';
import { enrolHere, idHere, leave } from './enrol.ts';
import { firstReachable } from './reach.ts';
import { collectorsNow, waitForReport } from './wait.ts';

export type JoinContext = CommandContext<typeof agentSchema>;

/**
 * `nestwatch-agent join VERB`: what the installer of an invitation has done by the agent, because a shell can neither make
 * a key nor prove one. Standard output is for the installer, standard error for people.
 */
export async function joinCommand(context: JoinContext): Promise<number> {
  const [verb, ...words] = context.words;
  if (verb === 'id') return print(context, await idHere(context));
  if (verb === 'reach') return print(context, await reachHere(context, words));
  if (verb === 'enrol') return print(context, await enrolHere(context));
  if (verb === 'now') return print(context, String(await collectorsNow(context)));
  if (verb === 'wait') return waitForReport(context);
  if (verb === 'leave') return leave(context);
  throw new UsageError('give one of id, enrol, reach, now, wait or leave');
}

/** The first of some addresses of NATS that does; undefined when none does, with the reasons printed. */
async function reachHere(
  { config, stderr, signal }: JoinContext,
  urls: readonly string[],
): Promise<string | undefined> {
  const file = config['nats.ca'];
  try {
    const authority = file === '' ? undefined : readFileSync(file, 'utf8');
    return await firstReachable(urls, { authority, signal, nowMs: Date.now });
  } catch (error) {
    stderr.write(`nestwatch: ${messageOf(error)}\n`);
    return undefined;
  }
}

function print({ stdout }: JoinContext, text: string | undefined): number {
  if (text === undefined) return EXIT.failed;
  stdout.write(`${text}\n`);
  return EXIT.ok;
}

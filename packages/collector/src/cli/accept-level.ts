import { userInfo } from 'node:os';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import type { Accepted } from '../operators/acceptances.ts';
import { askCollector } from './ask-collector.ts';
import { nodeId } from './node-id.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

/** `nestwatch accept LAB [--node NODE] [--benchmark NAME] --why TEXT`: what is measured now is the normal. */
export async function acceptLevel(context: CommandContext<UserSchema>, lab: string): Promise<number> {
  const { options, stdout, stderr, env } = context;
  const why = textOption(context, 'why')?.trim();
  if (why === undefined || why === '')
    throw new UsageError('give a reason: --why "slower since the upgrade"');
  const named = textOption(context, 'node');
  const node = named === undefined ? undefined : await nodeId(context, lab, named);
  const benchmark = textOption(context, 'benchmark');
  const by = env['SUDO_USER'] ?? userInfo().username;
  const wanted = defined({ lab, node, benchmark, why, by });
  const made = await withNats(
    context,
    (connection) => askCollector<Accepted>(connection, 'operate', 'accept-level', wanted),
    lab,
  );
  if (options['json']) stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  else stderr.write(`${sentences(made).join('\n')}\n`);
  return EXIT.ok;
}

/** `nestwatch accept LAB --end ID`. */
export async function endAcceptance(
  context: CommandContext<UserSchema>,
  lab: string,
  id: string,
): Promise<number> {
  await withNats(
    context,
    (connection) => askCollector(connection, 'operate', 'end-acceptance', { lab, id }),
    lab,
  );
  context.stderr.write(`acceptance ${id} is withdrawn: the earlier baseline applies again\n`);
  return EXIT.ok;
}

function sentences({ acceptance, alerts }: Accepted): string[] {
  const { id, lab } = acceptance;
  const told =
    alerts.length === 0
      ? ['There is no slowdown alert now. The current speed is the baseline from now on.']
      : ['The baseline from now on:', ...alerts.map((alert) => `  ${alert}`)];
  return [...told, `To withdraw it: nestwatch accept ${lab} --end ${id}`];
}

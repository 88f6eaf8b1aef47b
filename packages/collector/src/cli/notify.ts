import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { UsageError } from '@nestwatch/common/errors';
import type { NotifyAnswer, Tested, ToldTarget } from '../operators/notify.ts';
import { askCollector } from './ask-collector.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

/** A delivery has 10 s; the collector answers when all are done. */
const TEST_LIMIT_MS = 20_000;

/** `nestwatch notify list | test [TARGET…]`: targets of alerts, and a test of each. */
export async function notify(context: CommandContext<UserSchema>): Promise<number> {
  const [what, ...targets] = context.words;
  if (what === 'test') return test(context, targets);
  if (what === 'list' && targets.length === 0) return list(context);
  throw new UsageError('give "list", or "test" and targets (default: all targets)');
}

async function list(context: CommandContext<UserSchema>): Promise<number> {
  const { options, stdout, stderr } = context;
  const { collector, targets } = await withNats(context, (connection) =>
    askCollector<NotifyAnswer<ToldTarget>>(connection, 'read', 'targets', {}),
  );
  if (options['json']) stdout.write(`${JSON.stringify({ collector, targets }, null, 2)}\n`);
  else if (targets.length === 0) stderr.write(`the collector at ${collector} has no targets\n`);
  else stdout.write(renderTargets(targets));
  return EXIT.ok;
}

function renderTargets(targets: readonly ToldTarget[]): string {
  return renderTable(
    [
      { title: 'TARGET', value: ({ name }) => name },
      { title: 'KIND', value: ({ kind }) => kind },
      { title: 'FROM', value: ({ leastSeverity }) => leastSeverity },
      { title: 'LABS', value: ({ labs }) => labs?.join(', ') ?? 'all' },
    ],
    targets,
  );
}

/** Exit 1 when one of them could not be reached. */
async function test(context: CommandContext<UserSchema>, targets: readonly string[]): Promise<number> {
  const { options, stdout, stderr } = context;
  const asked = {
    targets,
    lab: textOption(context, 'lab'),
    severity: textOption(context, 'severity'),
    over: options['over'] === true,
  };
  const answer = await withNats(context, (connection) =>
    askCollector<NotifyAnswer<Tested>>(connection, 'operate', 'test-targets', asked, TEST_LIMIT_MS),
  );
  if (options['json']) stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else stdout.write(answer.targets.map(lineOf).join(''));
  const failed = answer.targets.filter(({ error }) => error !== undefined).length;
  if (failed > 0)
    stderr.write(`${answer.collector} could not reach ${failed} of ${answer.targets.length} targets\n`);
  return failed > 0 ? EXIT.failed : EXIT.ok;
}

function lineOf({ name, error, remarks, tookMs }: Tested): string {
  const said = error === undefined ? `delivered in ${tookMs} ms` : `not delivered: ${error}`;
  return `${name}: ${said}\n${remarks.map((remark) => `  ${remark}\n`).join('')}`;
}

import { userInfo } from 'node:os';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import type { Forgotten } from '../operators/forget.ts';
import { readNodes } from '../read/nodes.ts';
import { askCollector } from './ask-collector.ts';
import { requireId, requireLab } from './enroll/accounts/member.ts';
import { accountsHere, enrolledIn, type OutOfNats, outOfNats } from './forget/out-of-nats.ts';
import { whichNode } from './forget/which-node.ts';
import { openReader } from './open-reader.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';

type Context = CommandContext<UserSchema>;

/**
 * `nestwatch forget NODE`: a node that is gone, out of NATS, page, tables and alerts; its history stays. Exit 1 when NATS
 * did not take over that its key is gone.
 */
export async function forget(context: Context): Promise<number> {
  const { words, options, stdout, stderr, env } = context;
  const [named, ...more] = words;
  if (named === undefined || more.length > 0)
    throw new UsageError('give one node: nestwatch forget NODE --lab LAB');
  const lab = requireLab(textOption(context, 'lab') ?? 'default');
  const accounts = accountsHere(textOption(context, 'accounts'));
  const heard = await readNodes(await openReader(context), [], { lab });
  const { node, name } = whichNode(lab, named, heard, enrolledIn(accounts, lab));
  requireId('a node', node);
  const by = env['SUDO_USER'] ?? userInfo().username;
  const [nats, done] = await withNats(
    context,
    async (connection) => {
      // First, so that no report comes after the mark.
      const out = outOfNats(accounts, { lab, node }, scriptOf(context));
      const asked = { lab, node, by };
      return [out, await askCollector<Forgotten>(connection, 'operate', 'forget', asked)] as const;
    },
    lab,
  );
  const { key, failed } = nats;
  if (options['json'])
    stdout.write(`${JSON.stringify(defined({ lab, node, name, key, failed, ...done }), null, 2)}\n`);
  else stdout.write(doneText({ lab, node, name }, nats, done));
  if (failed !== undefined) stderr.write(`${failed}\n`);
  return failed === undefined ? EXIT.ok : EXIT.failed;
}

function scriptOf(context: Context) {
  return { script: textOption(context, 'reload'), pid: textOption(context, 'pid') };
}

function doneText(
  { lab, node, name }: { readonly lab: string; readonly node: string; readonly name: string },
  nats: OutOfNats,
  { released, alerts }: Forgotten,
): string {
  const lines = [
    `${name === node ? node : `${name} (${node})`} of lab ${lab} is forgotten: it is no longer on the page, in tables, reports and alerts`,
    nats.text,
    ...(released ? ['an invitation can use its id again'] : []),
    ...alerts.map((summary) => `over: ${summary}`),
    'its history stays in InfluxDB; a new report brings it back',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

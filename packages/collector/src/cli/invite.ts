import { userInfo } from 'node:os';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { LONGEST_TTL_MS } from '../invite/invitation.ts';
import { setReplaceable } from '../invite/staged/replaceable.ts';
import type { ListedInvitation, MadeInvitation } from '../operators/invitations.ts';
import { askCollector } from './ask-collector.ts';
import { requireId, requireLab } from './enroll/accounts/member.ts';
import { readAllInvitations } from './invite/read-all.ts';
import { invitationLines, invitationTable } from './invite/texts.ts';
import { upgrade } from './invite/upgrade.ts';
import { textOption, type UserSchema } from './settings.ts';
import { withNats } from './with-nats.ts';
import { withSetupHint } from './with-setup-hint.ts';

type Context = CommandContext<UserSchema>;

const DEFAULT_TTL = '1h';

/** `nestwatch invite`: prints a line to paste into a guest, which installs and enrols the agent there. */
export async function invite(context: Context): Promise<number> {
  const { options, stdout, stderr } = context;
  const lab = requireLab(textOption(context, 'lab') ?? 'default');
  if (options['upgrade']) return upgrade(context, lab);
  if (options['list']) return list(context, textOption(context, 'lab'));
  const end = textOption(context, 'end');
  if (end !== undefined) {
    await withNats(context, (connection) =>
      askCollector(connection, 'operate', 'end-invitation', { id: end }),
    );
    stderr.write(`invitation ${end} ended\n`);
    return EXIT.ok;
  }
  const released = textOption(context, 'release');
  if (released !== undefined) return release(context, lab, requireId('a node', released));
  const wanted = wantedOf(context, lab);
  const made = await withSetupHint(context.config['nats.url'], () =>
    withNats(context, (connection) => askCollector<MadeInvitation>(connection, 'operate', 'invite', wanted)),
  );
  if (wanted.replaces === true) allowReplacing(context, `${lab}/${wanted.node}`, made.expiresMs);
  if (options['json']) stdout.write(`${JSON.stringify(made, null, 2)}\n`);
  else stdout.write(invitationLines(made));
  return EXIT.ok;
}

/** What is in the accounts stays: whose key is there keeps the id, released or not. */
async function release(context: Context, lab: string, node: string): Promise<number> {
  await withNats(context, (connection) => askCollector(connection, 'operate', 'release-node', { lab, node }));
  context.stderr.write(`the id ${node} of lab ${lab} is free\n`);
  return EXIT.ok;
}

function wantedOf(context: Context, lab: string) {
  const { env } = context;
  const ttlMs = parseDuration(textOption(context, 'ttl') ?? DEFAULT_TTL);
  if (ttlMs === undefined || ttlMs <= 0 || ttlMs > LONGEST_TTL_MS)
    throw new UsageError('give a duration: --ttl 30m, 1h or 7d, at most 30d');
  const uses = Number(textOption(context, 'uses') ?? 1);
  const replaced = textOption(context, 'replace');
  const named = textOption(context, 'node');
  if (replaced !== undefined && named !== undefined)
    throw new UsageError('--replace names the node: omit --node');
  if (replaced !== undefined && textOption(context, 'accounts') === undefined)
    throw new UsageError('--replace requires --accounts FILE: only its owner may end the key of a node');
  const node = replaced ?? named;
  return defined({
    ...{ lab, uses, ttlMs },
    node: node === undefined ? undefined : requireId('a node', node),
    replaces: replaced === undefined ? undefined : true,
    by: env['SUDO_USER'] ?? userInfo().username,
  });
}

/** The collector cannot say so by itself: it is written beside the accounts, where it may not write. */
function allowReplacing(context: Context, name: string, untilMs: number): void {
  setReplaceable(textOption(context, 'accounts') ?? '', name, untilMs);
}

async function list(context: Context, lab: string | undefined): Promise<number> {
  const { options, stdout, stderr } = context;
  const all: ListedInvitation[] = await withNats(context, (connection) =>
    readAllInvitations(connection, lab),
  );
  if (options['json']) stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else if (all.length > 0) stdout.write(invitationTable(all, Date.now()));
  else stderr.write('no invitations\n');
  return EXIT.ok;
}

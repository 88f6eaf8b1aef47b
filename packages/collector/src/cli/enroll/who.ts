import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { textOption, type UserSchema } from '../settings.ts';
import {
  COLLECTOR,
  type Member,
  nodeMember,
  personMember,
  requireId,
  requireLab,
} from './accounts/member.ts';

type Context = CommandContext<UserSchema>;

/** Whom a command line of enroll or revoke names. @throws UsageError when it names nobody, several, or a wrong name */
export function memberOf(context: Context): Member {
  const { words, options } = context;
  const roles = (['collector', 'operator', 'read-only'] as const).filter(
    (role) => options[role] !== undefined,
  );
  const [role, ...more] = roles;
  if (more.length > 0)
    throw new UsageError(`--${roles.join(' and --')} exclude each other: enrol one at a time`);
  if (role === undefined) return nodeOf(context);
  if (words.length > 0) throw new UsageError(`--${role} does not enrol a node: omit ${words.join(' ')}`);
  if (role === 'collector') return COLLECTOR;
  return personMember(
    role,
    requireId(role === 'operator' ? 'an operator' : 'a read-only login', textOption(context, role) ?? ''),
  );
}

function nodeOf(context: Context): Member {
  const [node, ...more] = context.words;
  if (node === undefined || more.length > 0) {
    throw new UsageError('give one node, --collector, --operator NAME or --read-only NAME');
  }
  return nodeMember(requireLab(textOption(context, 'lab') ?? 'default'), requireId('a node', node));
}

import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import type { UserSchema } from '../settings.ts';
import { COLLECTOR, type Member, nodeMember, personMember, requireId } from './accounts/member.ts';

type Given = Pick<CommandContext<UserSchema>, 'words' | 'options'>;

/** Whom a command line of enroll or revoke names. @throws UsageError when it names nobody, several, or a wrong name */
export function memberOf({ words, options }: Given): Member {
  const roles = (['collector', 'operator', 'read-only'] as const).filter(
    (role) => options[role] !== undefined,
  );
  const [role, ...more] = roles;
  if (more.length > 0) throw new UsageError(`--${roles.join(' and --')} are two: enrol one at a time`);
  if (role === undefined) return nodeOf(words, options);
  if (words.length > 0)
    throw new UsageError(`--${role} is for somebody else than a node: leave out ${words.join(' ')}`);
  if (role === 'collector') return COLLECTOR;
  return personMember(role, requireId(role, textOption(options[role]) ?? ''));
}

function nodeOf(words: Given['words'], options: Given['options']): Member {
  const [node, ...more] = words;
  if (node === undefined || more.length > 0) {
    throw new UsageError('name one node, or --collector, --operator NAME or --read-only NAME');
  }
  return nodeMember(requireId('lab', textOption(options['lab']) ?? 'default'), requireId('node', node));
}

export function textOption(value: string | true | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

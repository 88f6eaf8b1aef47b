import type { CommandContext } from '@nestwatch/common/cli/program';
import { parseDuration } from '@nestwatch/common/config/setting';
import { UsageError } from '@nestwatch/common/errors';
import type { UserSchema } from './settings.ts';

/** How far back --span says to look, ms. @param byDefault where it is not given @throws UsageError for what is no time */
export function spanMsOf(
  { options }: Pick<CommandContext<UserSchema>, 'options'>,
  byDefault: string,
): number {
  const span = options['span'] ?? byDefault;
  const spanMs = parseDuration(span);
  if (spanMs === undefined || spanMs <= 0) {
    throw new UsageError(`--span ${String(span)} is not allowed: give a time such as 12h, 7d or 30d`);
  }
  return spanMs;
}

import type { CommandContext } from '@nestwatch/common/cli/program';
import type { UserSchema } from '../../settings.ts';

export type Context = CommandContext<UserSchema>;

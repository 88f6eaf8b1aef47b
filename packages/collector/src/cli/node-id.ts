import type { CommandContext } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { NODE_SPAN_MS } from '../read/node-state.ts';
import { readNodes } from '../read/nodes.ts';
import { openReader } from './open-reader.ts';
import type { UserSchema } from './settings.ts';

/** People say names; alerts know ids. @throws UsageError that names the nodes that there are */
export async function nodeId(
  context: CommandContext<UserSchema>,
  lab: string,
  named: string,
): Promise<string> {
  const nodes = await readNodes(await openReader(context), [], { lab, spanMs: NODE_SPAN_MS });
  const found = nodes.find((each) => each.node === named || each.name === named);
  if (found === undefined) {
    const known = nodes.map((each) => each.name).join(', ');
    throw new UsageError(`lab ${lab} has no node ${named}${known === '' ? '' : `; known: ${known}`}`);
  }
  return found.node;
}

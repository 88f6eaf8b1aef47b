import { EXIT } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { readIdentity } from '../../host/identity/identity.ts';
import { nodeIdFrom } from '../../host/identity/node-id.ts';
import { createKernelFileHost } from '../../host/kernel-file-host.ts';
import type { Asker } from '../../listener/ask.ts';
import { ownKey } from '../../listener/own-key.ts';
import { askCollector } from './ask.ts';
import type { JoinContext } from './command.ts';

/** The id that this machine has in its lab. */
export async function idHere({ config }: JoinContext): Promise<string> {
  return nodeIdFrom(config.node, await readIdentity(createKernelFileHost(config['host.root'])));
}

/**
 * Makes this machine's key, and has it enrolled under the invitation. Only its public half goes to the collector.
 * @returns the node's id; undefined when it was refused, which is said
 */
export async function enrolHere(context: JoinContext): Promise<string | undefined> {
  const { config, options, env, stderr } = context;
  const node = await idHere(context);
  const { seed, publicKey } = await ownKey(fileIn(options['key']));
  try {
    const token = env['NESTWATCH_INVITATION'] ?? '';
    const { state } = await askCollector(
      context,
      'enrol',
      { lab: config.lab, node, seed },
      { token, publicKey },
    );
    stderr.write(
      `nestwatch: ${node} is enrolled in lab ${config.lab}${state === 'waiting' ? WAITING : ''}\n`,
    );
    return node;
  } catch (error) {
    stderr.write(`nestwatch: ${messageOf(error)}\n`);
    return undefined;
  }
}

const WAITING = '; an operator must still add it to NATS: see "nestwatch invite --list" at the collector';

/** Has this machine taken out of NATS. */
export async function leave(context: JoinContext): Promise<number> {
  const { lab, node } = await askerOf(context);
  try {
    await askCollector(context, 'leave', await askerOf(context));
    context.stderr.write(`nestwatch: ${node} left lab ${lab}\n`);
    return EXIT.ok;
  } catch (error) {
    context.stderr.write(`nestwatch: cannot remove ${node} from NATS: ${messageOf(error)}\n`);
    return EXIT.failed;
  }
}

/** As whom this machine is configured. */
export async function askerOf({ config }: JoinContext): Promise<Asker> {
  const { lab, node } = config;
  if (node === undefined) throw new UsageError('the configuration names no node');
  const { seed } = await ownKey(fileIn(config['nats.nkey']));
  return { lab, node, seed };
}

function fileIn(given: string | true | undefined): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new UsageError('no key file is configured');
}

import { constants, setPriority } from 'node:os';
import type { CommandContext } from '@nestwatch/common/cli/program';
import { systemClock } from '@nestwatch/common/clock';
import { findTracefs } from '../exits/find-tracefs.ts';
import { removeStale } from '../exits/instance.ts';
import { replaceFile, serveRequest } from '../exits/serve-request.ts';
import { LONGEST_TRACE_MS } from '../exits/trace.ts';
import { traceExits } from '../exits/trace-exits.ts';
import { createFileHost } from '../host/file-host.ts';
import type { agentSchema } from '../runtime/config/schema.ts';

/** `nestwatch-agent trace-exits`: traces once, for the agent that started it, or as nestwatch-exits.service for one that may not. */
export async function traceExitsCommand(context: CommandContext<typeof agentSchema>): Promise<number> {
  const { config, options, signal, stdout, stderr } = context;
  // Whatever this machine is for has precedence.
  setPriority(constants.priority.PRIORITY_LOW);
  const trace = { host: createFileHost(config['host.root']), clock: systemClock, signal, pid: process.pid };
  if (options['clean']) {
    const tracefs = await findTracefs(trace.host);
    if (tracefs.state === 'known') await removeStale(trace.host, tracefs.value.folder, trace.pid);
    return 0;
  }
  const answerFile = options['answer'];
  if (typeof answerFile !== 'string') {
    stdout.write(`${JSON.stringify(await traceExits({ ...trace, forMs: LONGEST_TRACE_MS }))}\n`);
    return 0;
  }
  const done = await serveRequest({ ...trace, answerFile, nowMs: Date.now, write: replaceFile });
  if (!done) stderr.write('the last trace is less than a minute old and stays\n');
  return 0;
}

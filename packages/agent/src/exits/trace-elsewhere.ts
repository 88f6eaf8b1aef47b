import { runProcess } from '../host/child-process.ts';
import { type Host, unknown } from '../host/host.ts';
import { ownNode } from '../host/own-node.ts';
import { askHelper } from './ask-helper.ts';
import { ANSWER_BYTES } from './helper-files.ts';
import { mayTrace } from './may-trace.ts';
import { parseAnswer, type TraceAnswer } from './parse-answer.ts';
import { LONGEST_TRACE_MS } from './trace.ts';

interface TraceElsewhere {
  readonly host: Host;
  readonly stateDir: string;
  /** The agent's own program. */
  readonly program: string;
  readonly signal: AbortSignal;
}

/** Node starts slowly in a deep guest. */
const START_MS = 50_000;

/**
 * Traces exits for the agent: in a process of its own where it may, so that neither its memory nor its time are the
 * agent's; else by the root-owned helper. Never throws.
 */
export async function traceElsewhere(options: TraceElsewhere): Promise<TraceAnswer> {
  const { host, program, signal } = options;
  const tracefs = await mayTrace(host);
  if (tracefs.state === 'denied') return askHelper(tracefs, options);
  if (tracefs.state !== 'known') return tracefs;
  const [node, ...args] = [...ownNode(), program, 'trace-exits'] as [string, ...string[]];
  const limits = { signal, limitMs: LONGEST_TRACE_MS + START_MS, maxOutput: ANSWER_BYTES };
  const { code, problem, stdout } = await runProcess(node, args, limits);
  return code === 0 ? parseAnswer(stdout) : unknown(`the exit tracer: ${problem}`);
}

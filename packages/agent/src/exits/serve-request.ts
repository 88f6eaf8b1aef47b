import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unknown } from '../host/host.ts';
import { ANSWER_BYTES } from './helper-files.ts';
import { startedIn } from './started-in.ts';
import { LONGEST_TRACE_MS, TRACE_EVERY_MS } from './trace.ts';
import { type TraceOptions, traceExits } from './trace-exits.ts';

interface ServeOptions extends Omit<TraceOptions, 'forMs'> {
  /** File for the answer, as the host finds it. */
  readonly answerFile: string;
  /** ms since 1970. */
  readonly nowMs: () => number;
  /** Puts the answer in its place. */
  readonly write: (path: string, text: string) => void;
}

/**
 * Traces once for the agent that asked, and writes the answer. Whatever it asked, it is ten seconds, and not sooner than a
 * minute after the last; what comes too soon keeps the last answer, and is false.
 */
export async function serveRequest(options: ServeOptions): Promise<boolean> {
  const { host, answerFile, nowMs, write } = options;
  const last = await host.read(answerFile, ANSWER_BYTES);
  const lastMs = last.state === 'known' ? startedIn(last.value) : undefined;
  const startedMs = nowMs();
  // A clock that was set back must not keep it from tracing.
  if (lastMs !== undefined && Math.abs(startedMs - lastMs) < TRACE_EVERY_MS) return false;
  const found = await traceExits({ ...options, forMs: LONGEST_TRACE_MS }).catch(() =>
    unknown('the trace failed'),
  );
  write(answerFile, `${JSON.stringify({ startedMs, ...found })}\n`);
  return true;
}

/** Replaces a file as a whole; everybody may read it. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o644 });
  renameSync(`${path}.new`, path);
}

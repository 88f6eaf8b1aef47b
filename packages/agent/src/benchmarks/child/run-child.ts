import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { systemClock } from '@nestwatch/common/clock';
import { messageOf } from '@nestwatch/common/errors';
import { createFileHost } from '../../host/file-host.ts';
import { findBenchmark } from '../index.ts';
import type { ChildMessage, Job } from './start-child.ts';

/**
 * The child's side of a benchmark: reads its job from standard input, does the work at low priority and writes
 * what it measured to standard output, one JSON line each. Resolves to the exit code.
 *
 * The pipe of standard input stays open as long as the agent lives. When it closes, even because the agent was
 * killed, this process ends with its whole process group.
 */
export async function runChild(
  name: string | undefined,
  streams: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>,
): Promise<number> {
  const benchmark = findBenchmark(name ?? '');
  if (benchmark === undefined) {
    streams.stderr.write(`unknown benchmark ${name ?? '(none given)'}\n`);
    return 2;
  }
  yieldToOthers();
  const stopped = new AbortController();
  const lines = createInterface({ input: streams.stdin })[Symbol.asyncIterator]();
  const { value: line, done } = await lines.next();
  if (done === true) return 2;
  const job = JSON.parse(line) as Job;
  let finished = false;
  void lines.next().then(() => {
    if (finished) return;
    stopped.abort(new Error('the agent ended'));
    killOwnGroup();
  });

  const send = (message: ChildMessage) => streams.stdout.write(`${JSON.stringify(message)}\n`);
  try {
    const work = benchmark.work(job.settings, {
      host: createFileHost(),
      clock: systemClock,
      signal: stopped.signal,
      scratch: job.scratch,
      progress: (text) => send({ kind: 'progress', text }),
    });
    for await (const value of work) send({ kind: 'measured', value });
    send({ kind: 'done' });
    return 0;
  } catch (error) {
    streams.stderr.write(`${messageOf(error)}\n`);
    return 1;
  } finally {
    finished = true;
    streams.stdin.destroy();
  }
}

/**
 * Low priority, and the first to go when memory runs out. Not the lowest priority: on a layer whose guests are busy,
 * QEMU would leave it nothing at all.
 */
function yieldToOthers(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // A container may forbid either; the work is the same without.
  }
}

// The agent starts this process as the leader of a group of its own, so the group is this pid.
function killOwnGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}

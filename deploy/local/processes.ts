import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '@nestwatch/common/defined';
import { readIfThere } from './read-if-there.ts';

export type OnDeath = (name: string, how: string, logFile: string) => void;

interface StartOptions {
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Open files that it has too, as its descriptors 3, 4 and so on. */
  files?: readonly number[];
  /** Called once when it ends without having been stopped. */
  onDeath?: OnDeath;
}

interface Entry {
  name: string;
  pid: number;
  startTicks: string;
}

const GRACE_MS = 10_000;
const TAIL_LINES = 20;

/**
 * Processes that a run started, each recorded in a file with its pid and its start time, so that the next run can
 * end what a killed one left behind, and never a stranger that got the same pid.
 * @param dir folder for the record and the logs, made when missing
 */
export function createProcesses(dir: string) {
  mkdirSync(dir, { recursive: true });
  const record = recordFile(dir);
  const running: { child: ChildProcess; entry: Entry; stopping: boolean }[] = [];
  const save = () => writeFileSync(record, JSON.stringify(running.map(({ entry }) => entry)));

  const stop = async (child: ChildProcess, graceMs = GRACE_MS): Promise<void> => {
    const found = running.find((each) => each.child === child);
    if (found === undefined) return;
    found.stopping = true;
    await end(child, graceMs);
    running.splice(running.indexOf(found), 1);
    save();
  };
  return {
    start(
      name: string,
      command: string,
      args: readonly string[],
      { env, cwd, files = [], onDeath }: StartOptions = {},
    ): ChildProcess {
      const logFile = join(dir, `${name}.log`);
      // The file itself, not a pipe through us: what outlives us goes on writing.
      const log = openSync(logFile, 'a');
      const options = defined({
        stdio: ['ignore' as const, log, log, ...files],
        // A group of its own: Ctrl-C on the terminal reaches only us, and we stop the rest in order.
        detached: true,
        env: { ...process.env, ...env },
        cwd,
      });
      const child = spawn(command, [...args], options);
      closeSync(log);
      child.once('error', (error) => appendFileSync(logFile, `${error.message}\n`));
      const pid = child.pid ?? 0;
      const each = { child, entry: { name, pid, startTicks: startTicks(pid) ?? '' }, stopping: false };
      running.push(each);
      save();
      child.once('exit', (code, signal) => {
        if (!each.stopping) onDeath?.(name, signal ?? `exit code ${code}`, logFile);
      });
      return child;
    },
    /** The one last started under this name. */
    find: (name: string) => running.findLast(({ entry }) => entry.name === name)?.child,
    /** Whether there is something to stop. */
    hasAny: () => running.length > 0,
    /** Ends one: SIGTERM, and SIGKILL after the grace time. */
    stop,
    /** Ends all, the last started first. Safe to call twice. */
    async stopAll(): Promise<void> {
      for (const { child } of [...running].reverse()) await stop(child);
      rmSync(record, { force: true });
    },
  };
}

export type Processes = ReturnType<typeof createProcesses>;

/** Ends what an earlier run recorded in this folder and left running, and names it. */
export async function endLeftovers(dir: string): Promise<string[]> {
  const record = recordFile(dir);
  let entries: Entry[];
  try {
    entries = JSON.parse(readFileSync(record, 'utf8')) as Entry[];
  } catch {
    return [];
  }
  const ended: string[] = [];
  for (const entry of entries.reverse()) {
    if (!isRunning(entry)) continue;
    signal(entry.pid, 'SIGTERM');
    const deadline = Date.now() + GRACE_MS;
    while (isRunning(entry) && Date.now() < deadline) await sleep(50);
    if (isRunning(entry)) signal(entry.pid, 'SIGKILL');
    ended.push(entry.name);
  }
  rmSync(record, { force: true });
  return ended;
}

/** The last lines of a process's log, for an error message. */
export function logTail(logFile: string): string {
  return (readIfThere(logFile) ?? '').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

function recordFile(dir: string): string {
  return join(dir, 'processes.json');
}

function isRunning({ pid, startTicks: ticks }: Entry): boolean {
  return pid > 0 && ticks !== '' && startTicks(pid) === ticks;
}

/** Field 22 of /proc/<pid>/stat (proc(5)): ticks after boot at which the process started. A zombie has ended. */
export function startTicks(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}

async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

/** Folder of a file, made when missing. */
export function makeFolderFor(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

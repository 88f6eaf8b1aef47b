// What a run of the tests leaves on the machine, and how it is taken away. Uses nothing but Node: the watchdog runs it
// without a build.
//
// A run has a folder of its own, which is TMPDIR for all that it starts. So the folder has every temporary file, and
// whoever has it in its environment belongs to the run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Names the run's folder to the workers. */
export const RUN_FOLDER = 'NESTWATCH_TEST_FOLDER';
const PREFIX = 'nestwatch-tests-';
const OWNER = 'owner.json';
const KILL_LIMIT_MS = 10_000;

/** Makes the folder of a run, which belongs to this process. */
export function makeRunFolder(parent) {
  const folder = mkdtempSync(join(parent, PREFIX));
  const owner = { pid: process.pid, startTicks: startTicks(process.pid) };
  writeFileSync(join(folder, OWNER), JSON.stringify(owner));
  return folder;
}

/** Folders of runs whose process has ended without taking them away. */
export function abandonedRuns(parent) {
  return readdirSync(parent)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(parent, name))
    .filter((folder) => readOwner(folder) !== undefined && !isOwned(folder));
}

/** Whether the process that made this folder still runs. */
export function isOwned(folder) {
  const owner = readOwner(folder);
  return owner !== undefined && startTicks(owner.pid) === owner.startTicks;
}

/** Processes that were started with TMPDIR at or below a folder. `below`: not those for which it is the folder itself. */
export function processesOf(folder, { below = false } = {}) {
  const starts = below ? [`TMPDIR=${folder}/`] : [`TMPDIR=${folder}/`, `TMPDIR=${folder}\0`];
  const found = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!(pid > 0) || pid === process.pid) continue;
    try {
      const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
      if (!starts.some((start) => environment.includes(`\0${start}`))) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid, command: command.slice(0, 200) });
    } catch {
      // It has ended, or is another user's.
    }
  }
  return found;
}

/** Kills the processes of a folder, and those that they start meanwhile. Returns what was killed. */
export async function killProcesses(folder, options) {
  const killed = new Map();
  const deadline = Date.now() + KILL_LIMIT_MS;
  for (;;) {
    const running = processesOf(folder, options);
    if (running.length === 0 || Date.now() > deadline) return [...killed.values()];
    for (const each of running) {
      killed.set(each.pid, each);
      try {
        process.kill(each.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    await sleep(20);
  }
}

/** Removes a folder, with whatever is mounted in it. */
export function removeFolder(folder) {
  for (const mount of mountsIn(folder)) spawnSync('umount', ['-l', mount], { stdio: 'ignore' });
  // What writes into it at this moment is about to end.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Ends and removes all that belongs to a run. */
export async function sweep(folder) {
  const killed = await killProcesses(folder);
  removeFolder(folder);
  return killed;
}

/** Field 22 of /proc/<pid>/stat (proc(5)): ticks after boot at which a process started. A zombie has ended. */
export function startTicks(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Mount points at and below a folder, the deepest first. */
function mountsIn(folder) {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      ),
    );
  return points
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

/** The process that made a folder of a run. */
export function readOwner(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
  } catch {
    return undefined;
  }
}

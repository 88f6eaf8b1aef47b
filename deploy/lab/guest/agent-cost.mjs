// What the agent costs others in this layer: SHA-256 for as long as several samples take, in turns with the agent
// running and stopped. Prints a line for each turn, and at last what the agent itself used of a CPU while it ran.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const [, , pairs, turnSeconds] = process.argv.map(Number);
const print = (line) => process.stdout.write(`agent-cost: ${line}\n`);
const data = Buffer.alloc(1024 * 1024, 7);

function agentPids() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return /nestwatch-agent\.mjs\0run\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** CPU time of all threads of a process, ms (Documentation/scheduler/sched-stats.rst). */
function cpuMs(pid) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks)
    .map((thread) => Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);
}

/** MiB of SHA-256 in one second, over a whole turn. */
function hash() {
  const startedMs = performance.now();
  let mib = 0;
  while (performance.now() - startedMs < turnSeconds * 1000) {
    createHash('sha256').update(data).digest();
    mib += 1;
  }
  return mib / ((performance.now() - startedMs) / 1000);
}

const pids = agentPids();
if (pids.length !== 1) {
  print(`${pids.length} agents run, not one`);
  process.exit(1);
}
const [agent] = pids;
let [usedMs, ranMs] = [0, 0];
hash();
for (let pair = 0; pair < pairs; pair += 1) {
  for (const kind of pair % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
    process.kill(agent, kind === 'with' ? 'SIGCONT' : 'SIGSTOP');
    const [usedBefore, startedMs] = [cpuMs(agent), performance.now()];
    const rate = hash();
    if (kind === 'with') {
      usedMs += cpuMs(agent) - usedBefore;
      ranMs += performance.now() - startedMs;
    }
    print(`${kind} the agent ${rate.toFixed(3)} MiB/s`);
  }
}
process.kill(agent, 'SIGCONT');
print(`the agent used ${((usedMs / ranMs) * 100).toFixed(3)} % of a CPU`);

// What the agent costs others in this layer: SHA-256 for as long as several samples take, in turns with the agent
// running and stopped. Prints a line for each turn, and at last what the agent itself used of a CPU while it ran.
//
// The throughput of a deep layer is uneven by far more than the agent could cost, for its host's sake. So each turn
// also says how long SHA-256 was ready to run and did not: because something else in this layer had the CPU (its own
// run delay, Documentation/scheduler/sched-stats.rst), or an interrupt did (/proc/stat).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const [, , pairs, turnSeconds] = process.argv.map(Number);
/** An agent that goes on makes up for what it missed, and says that it is back. */
const SETTLE_SECONDS = 2;
const TICKS_PER_SECOND = 100;
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

/** Time on a CPU and time of waiting for one, ms, of one thread. */
function schedule(thread) {
  const [ran, waited] = readFileSync(`${thread}/schedstat`, 'utf8').split(' ').map(Number);
  return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
}

function look() {
  const agent = `/proc/${agentPid}/task`;
  // cpu user nice system idle iowait irq softirq …
  const [, , , , , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .split(/ +/)
    .map(Number);
  return {
    atMs: performance.now(),
    waitedMs: schedule(`/proc/self/task/${process.pid}`).waitedMs,
    interruptedMs: ((irq + softirq) * 1000) / TICKS_PER_SECOND,
    agentMs: readdirSync(agent).reduce((sum, thread) => sum + schedule(`${agent}/${thread}`).ranMs, 0),
  };
}

/** SHA-256 for so long, and what it had to share. */
function hash(seconds) {
  const before = look();
  let mib = 0;
  while (performance.now() - before.atMs < seconds * 1000) {
    createHash('sha256').update(data).digest();
    mib += 1;
  }
  const after = look();
  const wallMs = after.atMs - before.atMs;
  const share = (key) => (100 * (after[key] - before[key])) / wallMs;
  return {
    rate: (mib * 1000) / wallMs,
    waited: share('waitedMs'),
    interrupted: share('interruptedMs'),
    agent: share('agentMs'),
  };
}

const pids = agentPids();
if (pids.length !== 1) {
  print(`${pids.length} agents run, not one`);
  process.exit(1);
}
const [agentPid] = pids;
let used = 0;
hash(turnSeconds);
for (let pair = 0; pair < pairs; pair += 1) {
  for (const kind of pair % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
    process.kill(agentPid, kind === 'with' ? 'SIGCONT' : 'SIGSTOP');
    hash(SETTLE_SECONDS);
    const { rate, waited, interrupted, agent } = hash(turnSeconds);
    if (kind === 'with') used += agent / pairs;
    print(
      `${kind} the agent ${rate.toFixed(3)} MiB/s, waited ${waited.toFixed(3)} %, interrupted ${interrupted.toFixed(3)} %`,
    );
  }
}
process.kill(agentPid, 'SIGCONT');
print(`the agent used ${used.toFixed(3)} % of a CPU`);

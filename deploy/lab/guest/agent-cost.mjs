// What the agent costs others in this layer: SHA-256 for as long as several samples take, in turns with the agent
// running and stopped. Prints a line for each turn, and the ratio of the medians.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const [, , turns, turnSeconds] = process.argv.map(Number);
const print = (line) => process.stdout.write(`${line}\n`);
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

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const found = { with: [], without: [] };
const pids = agentPids();
if (pids.length !== 1) {
  print(`agent-cost: ${pids.length} agents run, not one`);
  process.exit(1);
}
hash();
for (let turn = 0; turn < turns; turn += 1) {
  for (const kind of turn % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
    process.kill(pids[0], kind === 'with' ? 'SIGCONT' : 'SIGSTOP');
    const rate = hash();
    found[kind].push(rate);
    print(`agent-cost: ${kind} the agent ${rate.toFixed(2)} MiB/s`);
  }
}
process.kill(pids[0], 'SIGCONT');
const ratios = found.without.map((rate, at) => rate / found.with[at]).sort((a, b) => a - b);
print(
  `agent-cost: slower by ${((median(ratios) - 1) * 100).toFixed(2)} % (from ${((ratios[0] - 1) * 100).toFixed(2)} to ${((ratios.at(-1) - 1) * 100).toFixed(2)} in ${turns} pairs)`,
);

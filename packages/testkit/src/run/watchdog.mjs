// Takes away what a run of the tests leaves when it is killed: waits beside it, and sweeps when it has ended.
// Arguments: the run's folder, and pids without any of which the run is over too.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOwned, readOwner, startTicks, sweep } from './sweep.mjs';

const EVERY_MS = 300;
const [folder = '', ...pids] = process.argv.slice(2);
const others = pids.map((pid) => ({ pid: Number(pid), ticks: startTicks(Number(pid)) }));
const othersRun = () => others.every(({ pid, ticks }) => startTicks(pid) === ticks);

// Whoever ends the run by a signal to all of its terminal shall not end this.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

while (isOwned(folder) && othersRun()) await sleep(EVERY_MS);
if (isOwned(folder)) process.kill(readOwner(folder)?.pid ?? process.pid, 'SIGKILL');
// A run that ends in order removes the folder itself.
if (existsSync(folder)) await sweep(folder);

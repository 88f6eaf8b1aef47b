import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { BATCH_END } from './batches.ts';

/**
 * The ceiling: as bare as a Node program can be that posts ready-made line protocol. Reads the batches of a file and
 * posts them to an address, a given number of requests at once, without looking at them.
 *
 * Usage: ceiling.mjs FILE URL IN_FLIGHT. Prints one line of JSON.
 */
const [file = '', url = '', inFlightText = '1'] = process.argv.slice(2);
const batches = readFileSync(file, 'utf8')
  .split(BATCH_END)
  .filter((batch) => batch !== '')
  .map((batch) => ({ body: Buffer.from(batch), points: batch.split('\n').length - 1 }));
const inFlight = Number(inFlightText);
const agent = new Agent({ keepAlive: true, maxSockets: inFlight });

function post(body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'text/plain', 'content-length': body.length } },
      (answer) => {
        answer.resume();
        answer.once('end', () =>
          answer.statusCode === 204 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

// The first twentieth warms up both sides, and is not counted.
const warm = Math.ceil(batches.length / 20);
let [next, points] = [0, 0];
let [startNs, startCpu] = [0n, process.cpuUsage()];

async function lane(): Promise<void> {
  for (let at = next++; at < batches.length; at = next++) {
    const batch = batches[at];
    if (batch === undefined) return;
    if (at === warm) [startNs, startCpu] = [process.hrtime.bigint(), process.cpuUsage()];
    await post(batch.body);
    if (at >= warm) points += batch.points;
  }
}

await Promise.all(Array.from({ length: inFlight }, lane));
const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
const { user, system } = process.cpuUsage(startCpu);
process.stdout.write(`${JSON.stringify({ points, seconds, cpuSeconds: (user + system) / 1e6 })}\n`);
agent.destroy();

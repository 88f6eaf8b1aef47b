import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isFree, portNear } from '../../local/ports.ts';

test('free ports differ, and lie where no client is given one', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
  const [from = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  if (from > 20_000) expect(Math.max(...ports)).toBeLessThan(from);
});

test('a port that somebody listens on is not free, and another is given instead', async () => {
  const server = createServer();
  const port = await freePort();
  expect(await isFree(port)).toBe(true);
  expect(await portNear(port)).toBe(port);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await isFree(port)).toBe(false);
  expect(await portNear(port)).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
});

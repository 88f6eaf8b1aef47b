import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';

export interface TestNats extends AsyncDisposable {
  readonly dir: string;
  connect(): Promise<NatsConnection>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real NATS server of one test, on a free loopback port. */
export async function createTestNats(): Promise<TestNats> {
  const dir = await mkdtemp(join(tmpdir(), 'nestwatch-nats-'));
  const processes = createProcesses(dir);
  const port = await freePort();
  const connections: NatsConnection[] = [];
  const start = async () => void (await startNats(processes, 'nats-server', dir, port));
  await start();
  return {
    dir,
    start,
    stop: () => processes.stopAll(),
    async connect() {
      const connection = await connect({
        port,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 50,
        timeout: 30_000,
      });
      connections.push(connection);
      return connection;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((each) => each.close()));
      await processes.stopAll();
      await rm(dir, { recursive: true });
    },
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';
import { findTool } from '@nestwatch/deploy/local/tools';

/** A real nats-server of its own for one test file. */
export async function startTestNats() {
  const dir = mkdtempSync(join(tmpdir(), 'nestwatch-nats-'));
  const storeDir = join(dir, 'jetstream');
  const processes = createProcesses(dir);
  const port = await freePort();
  const binary = findTool({ command: 'nats-server' }) ?? 'nats-server';
  const start = () => startNats(processes, binary, dir, port);
  await start();
  const connections: NatsConnection[] = [];
  /** In order, as a service is stopped. */
  const stopServer = async () => {
    const server = processes.find('nats-server');
    if (server === undefined) throw new Error('nats-server was not started');
    await processes.stop(server);
  };
  return {
    storeDir,
    processes,
    start,
    stopServer,
    /** The server comes back with nothing. */
    async loseStore(): Promise<void> {
      await stopServer();
      rmSync(storeDir, { recursive: true });
      await start();
    },
    async connect(): Promise<NatsConnection> {
      const made = await connect({ port, maxReconnectAttempts: -1, reconnectTimeWait: 100, timeout: 30_000 });
      connections.push(made);
      return made;
    },
    async stop() {
      await Promise.all(connections.map((each) => each.close()));
      await processes.stopAll();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type TestNats = Awaited<ReturnType<typeof startTestNats>>;

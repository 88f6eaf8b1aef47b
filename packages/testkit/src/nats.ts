import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses, type Processes } from '@nestwatch/deploy/local/processes';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { temporaryFolder } from './folder.ts';

/** A real nats-server on a free loopback port, in a folder of its own. */
export interface TestNats extends AsyncDisposable {
  /** For whatever else belongs to the test. */
  readonly dir: string;
  readonly storeDir: string;
  readonly url: string;
  readonly processes: Processes;
  start(): Promise<void>;
  /** In order, as a service is stopped. */
  stopServer(): Promise<void>;
  /** The server comes back with nothing. */
  loseStore(): Promise<void>;
  /** Closed when the server is stopped for good. */
  connect(): Promise<NatsConnection>;
  /** For good. */
  stop(): Promise<void>;
}

export async function startTestNats(): Promise<TestNats> {
  const dir = temporaryFolder('nats');
  const storeDir = join(dir, 'jetstream');
  const processes = createProcesses(dir);
  const port = await freePort();
  const binary = findTool(NATS_SERVER) ?? NATS_SERVER.command;
  const start = async () => void (await startNats(processes, binary, dir, port));
  await start();
  const connections: NatsConnection[] = [];
  const stopServer = async () => {
    const server = processes.find('nats-server');
    if (server === undefined) throw new Error('nats-server was not started');
    await processes.stop(server);
  };
  const stop = async () => {
    await Promise.all(connections.map((each) => each.close()));
    await processes.stopAll();
  };
  return {
    dir,
    storeDir,
    processes,
    start,
    stopServer,
    stop,
    url: `nats://127.0.0.1:${port}`,
    async loseStore() {
      await stopServer();
      rmSync(storeDir, { recursive: true });
      await start();
    },
    async connect() {
      const made = await connect({ port, maxReconnectAttempts: -1, reconnectTimeWait: 50, timeout: 30_000 });
      connections.push(made);
      return made;
    },
    [Symbol.asyncDispose]: stop,
  };
}

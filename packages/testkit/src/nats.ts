import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNats } from '@nestwatch/deploy/local/nats';
import { freePort } from '@nestwatch/deploy/local/ports';
import { createProcesses } from '@nestwatch/deploy/local/processes';
import { findTool, NATS_SERVER } from '@nestwatch/deploy/local/tools';
import { temporaryFolder } from './folder.ts';

/**
 * A real nats-server on a free loopback port, in a folder of its own.
 * @param binary by default that of the run
 */
export async function startTestNats(binary = findTool(NATS_SERVER) ?? NATS_SERVER.command) {
  const dir = temporaryFolder('nats');
  const storeDir = join(dir, 'jetstream');
  const processes = createProcesses(dir);
  const port = await freePort();
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
    /** For whatever else belongs to the test. */
    dir,
    storeDir,
    processes,
    start,
    /** In order, as a service is stopped. */
    stopServer,
    /** For good. */
    stop,
    url: `nats://127.0.0.1:${port}`,
    /** The server comes back with nothing. */
    async loseStore(): Promise<void> {
      await stopServer();
      rmSync(storeDir, { recursive: true });
      await start();
    },
    /** Closed when the server is stopped for good. */
    async connect(options: { readonly inboxPrefix?: string } = {}): Promise<NatsConnection> {
      const patient = { maxReconnectAttempts: -1, reconnectTimeWait: 50, timeout: 30_000 };
      const made = await connect({ port, ...patient, ...options });
      connections.push(made);
      return made;
    },
    [Symbol.asyncDispose]: stop,
  };
}

export type TestNats = Awaited<ReturnType<typeof startTestNats>>;

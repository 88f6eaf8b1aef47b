import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { logTail, makeFolderFor, type Processes } from './processes.ts';
import { waitUntil } from './wait.ts';

export interface LocalServer {
  url: string;
  port: number;
}

/** Starts nats-server with JetStream on a loopback port, its data below `dir`, and waits until it answers. */
export async function startNats(
  processes: Processes,
  binary: string,
  dir: string,
  port: number,
  name = 'nats-server',
): Promise<LocalServer> {
  const config = makeFolderFor(join(dir, `${name}.conf`));
  writeFileSync(
    config,
    [
      `listen: "127.0.0.1:${port}"`,
      `server_name: nestwatch`,
      `jetstream { store_dir: ${JSON.stringify(join(dir, 'jetstream'))}, max_file_store: 2GB, max_memory_store: 64MB }`,
      '',
    ].join('\n'),
  );
  const child = processes.start(name, binary, ['-c', config]);
  await waitUntil(() => answers(port), {
    what: `nats-server on port ${port}`,
    child,
    tail: () => logTail(join(dir, `${name}.log`)),
  });
  return { url: `nats://127.0.0.1:${port}`, port };
}

const GREETING_MS = 5000;

/** A NATS server greets each connection with INFO. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      resolve(data.toString('latin1').startsWith('INFO'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    // A server that is killed while it starts takes connections and says nothing.
    socket.once('close', () => resolve(false));
    socket.setTimeout(GREETING_MS, () => socket.destroy());
  });
}

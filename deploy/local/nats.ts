import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { logTail, makeFolderFor, type Processes } from './processes.ts';
import { waitUntil } from './wait.ts';

/** Starts nats-server with JetStream on a loopback port, its data below `dir`, and waits until it answers. */
export async function startNats(
  processes: Processes,
  binary: string,
  dir: string,
  port: number,
  name = 'nats-server',
): Promise<{ url: string }> {
  const store = JSON.stringify(join(dir, 'jetstream'));
  const config = [
    `listen: "127.0.0.1:${port}"`,
    `server_name: nestwatch`,
    `jetstream { store_dir: ${store}, max_file_store: 2GB, max_memory_store: 64MB }`,
  ];
  await startServer(processes, { name, binary, dir, port, flag: '-c', config }, () => answers(port));
  return { url: `nats://127.0.0.1:${port}` };
}

interface ServerProgram {
  /** Names its configuration and its log. */
  name: string;
  binary: string;
  dir: string;
  port: number;
  /** Before the path of its configuration. */
  flag: string;
  /** Lines of its configuration. */
  config: readonly string[];
}

/** Starts a server with a configuration below its folder, and waits until it answers. */
export async function startServer(
  processes: Processes,
  { name, binary, dir, port, flag, config }: ServerProgram,
  answers: () => Promise<boolean>,
): Promise<void> {
  const file = makeFolderFor(join(dir, `${name}.conf`));
  writeFileSync(file, `${config.join('\n')}\n`);
  const child = processes.start(name, binary, [flag, file]);
  const tail = () => logTail(join(dir, `${name}.log`));
  await waitUntil(answers, { what: `${basename(binary)} on port ${port}`, child, tail });
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

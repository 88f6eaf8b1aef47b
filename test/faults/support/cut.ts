import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** A TCP relay in front of a server, which can be cut: open connections die, new ones are refused. */
export interface Cut {
  readonly port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function createCut(targetPort: number): Promise<Cut> {
  const sockets = new Set<Socket>();
  let port = 0;
  let server: Server | undefined;

  const mend = async () => {
    if (server !== undefined) return;
    const made = createServer((near) => {
      const far = dial(targetPort, '127.0.0.1');
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
  };
  await mend();

  return {
    get port() {
      return port;
    },
    async cut() {
      const old = server;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      if (old !== undefined) await new Promise<void>((resolve) => old.close(() => resolve()));
    },
    mend,
  };
}

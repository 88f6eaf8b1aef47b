import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP relay on loopback that counts what passes, and can hold back what goes to the server. */
export interface Relay extends AsyncDisposable {
  port: number;
  /** Bytes of payload, both ways together. */
  bytes(): number;
}

/** @param delayMs how long what the client sends is held back, as over a long line */
export async function startRelay(targetPort: number, delayMs = 0): Promise<Relay> {
  let bytes = 0;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.on('data', (data) => {
        bytes += data.length;
        if (delayMs > 0 && socket === client) setTimeout(() => other.write(data), delayMs);
        else other.write(data);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    bytes: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const HEADER_BYTES = 12;
const TYPE_A = 1;

/**
 * A name server that knows each name as 127.0.0.1, and no IPv6. It listens on port 53 of an address of loopback, as
 * resolv.conf has no ports, which needs root.
 */
export async function startNameServer(address: string): Promise<{ asked: Set<string>; stop(): void }> {
  const socket = createSocket('udp4');
  const asked = new Set<string>();
  socket.on('message', (query, { port, address }) => {
    const { name, end } = readName(query);
    asked.add(name);
    const isA = query.readUInt16BE(end) === TYPE_A;
    // An answer, recursion available, and as many records as it has.
    const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
    const question = query.subarray(HEADER_BYTES, end + 4);
    // The name as in the question, type A, class IN, for a minute, four bytes.
    const record = Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    socket.send(Buffer.concat([header, question, ...(isA ? [record] : [])]), port, address);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return { asked, stop: () => socket.close() };
}

/** The first name of a question, and where it ends. */
function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

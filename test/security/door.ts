import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Answers in InfluxDB's place. */
export type Impostor = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A door before a real InfluxDB, at an address of its own: it leads to the server, byte by byte, or to whoever stands in
 * for it. When that changes, all connections end.
 */
export async function openDoor(influxPort: number) {
  let impostor: Impostor | undefined;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const stand = createHttpServer({ keepAliveTimeout: 0 }, (request, response) => {
    asked.push(`${request.method} ${(request.url ?? '').split('?')[0]}`);
    response.on('error', () => undefined);
    request.resume();
    request.once('end', () => impostor?.(request, response));
  });
  const door = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (impostor !== undefined) return void stand.emit('connection', socket);
    const server = connect(influxPort, '127.0.0.1');
    server.on('error', () => socket.destroy());
    socket.once('close', () => server.destroy());
    server.once('close', () => socket.destroy());
    socket.pipe(server).pipe(socket);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What the one that stands there now was asked: "POST /write". */
    asked,
    /** Leads to somebody else from now on, or to InfluxDB again. */
    leadTo(other: Impostor | undefined): void {
      impostor = other;
      asked.length = 0;
      for (const socket of sockets) socket.destroy();
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}

const HTML = { 'content-type': 'text/html' };
const page = (title: string) => `<html><head><title>${title}</title></head><body>${title}</body></html>\n`;

/** One answer for all that is asked. */
export function says(status: number, headers: Record<string, string>, body = ''): Impostor {
  return (_, response) => void response.writeHead(status, headers).end(body);
}

const MIB = 1024 ** 2;

/** Who answers in InfluxDB's place, and the words that the collector's log must have for it. */
export const IMPOSTORS: readonly { what: string; impostor: Impostor; line: RegExp }[] = [
  {
    what: 'a web server: 200 with HTML',
    impostor: says(200, HTML, page('It works')),
    line: /status 200.*It works/,
  },
  { what: '200 with nothing', impostor: says(200, {}), line: /status 200, nothing/ },
  { what: '204 of somebody else', impostor: says(204, {}), line: /status 204, nothing/ },
  {
    what: '204 of something that calls itself another version',
    impostor: says(204, { 'x-influxdb-version': '9.9.9', 'x-influxdb-build': 'OSS' }),
    line: /calls itself 9\.9\.9.*status 204/,
  },
  {
    what: "a proxy's 400",
    impostor: says(400, HTML, page('400 Bad Request')),
    line: /status 400.*Bad Request/,
  },
  {
    what: "a proxy's 400 in JSON",
    impostor: says(400, { 'content-type': 'application/json' }, '{"error":"unable to parse the request"}'),
    line: /status 400.*unable to parse the request/,
  },
  { what: "a proxy's 413", impostor: says(413, HTML, page('413 Too Large')), line: /status 413.*Too Large/ },
  { what: "a proxy's 422", impostor: says(422, HTML, page('422')), line: /status 422/ },
  { what: "a proxy's login page", impostor: says(401, HTML, page('Log in')), line: /status 401.*Log in/ },
  { what: "a proxy's 502", impostor: says(502, HTML, page('502 Bad Gateway')), line: /status 502.*Gateway/ },
  {
    what: 'a redirect to what would say 204',
    impostor: (request, response) =>
      request.url === '/elsewhere'
        ? void response.writeHead(204).end()
        : void response.writeHead(307, { location: '/elsewhere' }).end(),
    line: /status 307/,
  },
  {
    what: 'words that would rewrite the terminal',
    impostor: says(200, {}, '\u001b[2J\u001b]0;owned\u0007\r\nall is well'),
    line: /\\+u001b\[2J\\+u001b\]0;owned\\+u0007 all is well/,
  },
  {
    what: 'an answer that dribbles',
    impostor(_, response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 300);
      response.once('close', () => clearInterval(timer));
    },
    line: /no complete answer within/,
  },
  {
    what: 'headers that dribble',
    impostor(_, { socket }) {
      socket?.write('HTTP/1.1 204 No Content\r\nX: ');
      const timer = setInterval(() => socket?.write('x'), 300);
      socket?.once('close', () => clearInterval(timer));
    },
    line: /no complete answer within/,
  },
  { what: 'no answer at all', impostor: () => undefined, line: /no (?:complete )?answer within/ },
  {
    what: 'an answer of 400 MB',
    impostor(_, response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(MIB, 'x');
      let left = 400;
      const more = () => {
        while (left-- > 0 && !response.destroyed)
          if (!response.write(part)) return void response.once('drain', more);
        response.end();
      };
      more();
    },
    line: /the answer is longer than 16384 bytes/,
  },
  {
    what: 'an answer that breaks off',
    impostor(_, response) {
      response.writeHead(200, { 'content-length': '1000' }).write('{"results":');
      setTimeout(() => response.destroy(), 50);
    },
    line: /aborted|ECONNRESET|closed/,
  },
  {
    what: 'something that is not HTTP',
    impostor: (_, { socket }) => void socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
    line: /Parse Error|Expected HTTP/,
  },
];

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PermanentError, RetryableError } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerting/alerts/alert.ts';
import { parseTargets } from '../../../src/alerting/targets/parse-targets.ts';
import { targetSink } from '../../../src/alerting/targets/sink.ts';
import { hostileAlert } from './hostile.ts';

const dir = temporaryFolder('mail');
const file = (name: string) => join(dir, name);
let tls: { key: string; cert: string };

beforeAll(() => {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', ...made, ...subject, '-keyout', file('key.pem'), '-out', file('ca.pem')], {
    stdio: 'pipe',
  });
  tls = { key: readFileSync(file('key.pem'), 'utf8'), cert: readFileSync(file('ca.pem'), 'utf8') };
  writeFileSync(file('password'), 's3cret\n', { mode: 0o600 });
});

interface Delivered {
  to: string[];
  from: string;
  user: string | undefined;
  isSecure: boolean;
  text: string;
}

/** A mail server that keeps what it takes. */
async function startMailServer(options: SMTPServerOptions = {}) {
  const delivered: Delivered[] = [];
  const server = new SMTPServer({
    ...tls,
    authOptional: true,
    onAuth: ({ username, password }, _, done) =>
      password === 's3cret' ? done(null, { user: username ?? '' }) : done(new Error('no such user')),
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith('gone') ? new Error('no such mailbox') : null),
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        delivered.push({
          from,
          to,
          user: session.user as string | undefined,
          isSecure: session.secure,
          text,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    delivered,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

async function send(given: object, alert: Alert = hostileAlert()): Promise<string[]> {
  const common = { name: 'people', kind: 'mail', from: 'nestwatch@example.org', to: ['ops@example.org'] };
  const [target] = parseTargets([{ ...common, ...given }]);
  const said: string[] = [];
  if (target === undefined) throw new Error('no target');
  await targetSink(target, 'https://page', (remark) => said.push(remark)).notify(alert, 0);
  return said;
}

const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => undefined,
    (error: Error) => error,
  );

test('a hostile name stays in the subject and the text: no header, no recipient and no body of its own', async () => {
  await using server = await startMailServer();
  await send({ server: `smtp://127.0.0.1:${server.port}` });
  const [mail] = server.delivered;
  expect([mail?.from, mail?.to]).toEqual(['nestwatch@example.org', ['ops@example.org']]);
  const [head = ''] = (mail?.text ?? '').split('\r\n\r\n');
  const names = [...head.matchAll(/^([A-Za-z-]+):/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(
    [
      ...['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From', 'MIME-Version'],
      ...['Message-ID', 'References', 'Subject', 'To', 'X-Auto-Response-Suppress'],
    ].toSorted(),
  );
  expect(head).toMatch(/^Message-ID: <[0-9a-f]{12}\.1790000060000000\.1@nestwatch>$/m);
});

test('by STARTTLS with an own authority and a password from a file; smtps as well', async () => {
  await using starttls = await startMailServer({ authMethods: ['PLAIN'] });
  const login = { user: 'me', 'password-file': file('password'), ca: file('ca.pem') };
  await send({ server: `smtp://127.0.0.1:${starttls.port}`, tls: 'required', ...login });
  expect(starttls.delivered[0]).toMatchObject({ user: 'me', isSecure: true });
  await using smtps = await startMailServer({ secure: true });
  await send({ server: `smtps://127.0.0.1:${smtps.port}`, ...login });
  expect(smtps.delivered[0]).toMatchObject({ user: 'me', isSecure: true });
  const untrusted = await failure(
    send({ server: `smtps://127.0.0.1:${smtps.port}`, ...login, ca: undefined }),
  );
  expect(untrusted).toBeInstanceOf(RetryableError);
  expect(untrusted?.message).toMatch(/self.signed/);
  const wrong = { ...login, 'password-file': undefined, password: 'wr0ng' };
  const refused = await failure(send({ server: `smtps://127.0.0.1:${smtps.port}`, ...wrong }));
  expect(refused?.message).toMatch(/^mail server 127\.0\.0\.1:\d+: Invalid login/);
  expect(refused?.message).not.toContain('wr0ng');
});

test('no password and no mail go to a server that offers no TLS where it is required', async () => {
  await using server = await startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
  const given = {
    server: `smtp://127.0.0.1:${server.port}`,
    tls: 'required',
    user: 'me',
    password: 's3cret',
  };
  expect((await failure(send(given)))?.message).toMatch(/STARTTLS/);
  expect(server.delivered).toEqual([]);
});

test('one recipient whom the server does not take is told of, and the others get it', async () => {
  await using server = await startMailServer();
  const to = { server: `smtp://127.0.0.1:${server.port}`, to: ['ops@example.org', 'gone@example.org'] };
  expect(await send(to)).toEqual(['people: the mail server refuses gone@example.org']);
  expect(server.delivered[0]?.to).toEqual(['ops@example.org']);
  const none = await failure(send({ ...to, to: ['gone@example.org'] }));
  expect(none).toBeInstanceOf(RetryableError);
});

test('a mail that is refused as such is told apart from a server that is away', async () => {
  await using server = await startMailServer({
    onData(stream, _, done) {
      stream.resume();
      stream.on('end', () => done(Object.assign(new Error('looks like spam'), { responseCode: 554 })));
    },
  });
  const refused = await failure(send({ server: `smtp://127.0.0.1:${server.port}` }));
  expect(refused).toBeInstanceOf(PermanentError);
  expect(refused?.message).toContain('looks like spam');
  const away = await failure(send({ server: 'smtp://127.0.0.1:1' }));
  expect(away).toBeInstanceOf(RetryableError);
  expect(away?.message).toMatch(/^mail server 127\.0\.0\.1:1: .*ECONNREFUSED/);
});

test('a server that never stops talking is left', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const line = '220-welcome\r\n'.repeat(1000);
    const more = () => {
      while (!socket.destroyed && socket.write(line));
      socket.once('drain', more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect((await failure(send({ server: `smtp://127.0.0.1:${port}` })))?.message).toMatch(
    /exceeds 65536 bytes/,
  );
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

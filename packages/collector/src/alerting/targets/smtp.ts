import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { escaped } from '@nestwatch/common/harmless';
import type SmtpConnection from 'nodemailer/lib/smtp-connection/index.js';
import { ANSWER_BYTES, DELIVERY_LIMIT_MS } from '../sinks/post.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** Whether it speaks TLS from the first byte. */
  readonly isTls: boolean;
  /** Whether it must offer TLS where it does not. */
  readonly startTls: 'required' | 'none';
  /** Certificate authority to trust; empty for the system's. */
  readonly ca: string;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
}

interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly references: string;
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
}

const SHOWN_CHARACTERS = 200;
const LOOK_EVERY_MS = 50;

/**
 * Hands a mail to a server, within the time and the bytes that every delivery has.
 * @returns recipients that the server does not take, where it takes others
 * @throws PermanentError when the server refuses this mail as such, RetryableError when it did not arrive
 */
export async function submitMail(
  server: MailServer,
  from: string,
  to: readonly string[],
  mail: Mail,
): Promise<string[]> {
  const bytes = await composed(from, to, mail);
  const socket = connect({ host: server.host, port: server.port });
  const bounds = bound(socket);
  try {
    return await Promise.race([bounds.exceeded, handOver(socket, server, { from, to: [...to] }, bytes)]);
  } catch (error) {
    throw classed(error, server);
  } finally {
    bounds.end();
    socket.destroy();
  }
}

async function composed(from: string, to: readonly string[], mail: Mail): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js');
  const closed = { disableFileAccess: true, disableUrlAccess: true };
  const addresses = { from: { name: 'nestwatch', address: from }, to: [...to] };
  return new MailComposer({ ...mail, ...addresses, ...closed }).compile().build();
}

/** Ends a conversation that takes too long, or in which the server never stops talking. */
function bound(socket: Socket) {
  let fail: (error: Error) => void = () => undefined;
  const exceeded = new Promise<never>((_, reject) => {
    fail = reject;
  });
  exceeded.catch(() => undefined);
  const timer = setTimeout(
    () => fail(new Error(`not done within ${DELIVERY_LIMIT_MS} ms`)),
    DELIVERY_LIMIT_MS,
  );
  const look = setInterval(() => {
    if (socket.bytesRead > ANSWER_BYTES)
      fail(new Error(`the answer of the server exceeds ${ANSWER_BYTES} bytes`));
  }, LOOK_EVERY_MS);
  const end = () => {
    clearTimeout(timer);
    clearInterval(look);
  };
  return { exceeded, end };
}

async function handOver(
  socket: Socket,
  { host, port, isTls, startTls, ca, login }: MailServer,
  envelope: { from: string; to: string[] },
  bytes: Buffer,
): Promise<string[]> {
  await once(socket, 'connect');
  const { default: Smtp } = await import('nodemailer/lib/smtp-connection/index.js');
  const smtp = new Smtp({
    ...{ host, port, secure: isTls, connection: socket },
    requireTLS: startTls === 'required',
    ignoreTLS: startTls === 'none',
    tls: ca === '' ? {} : { ca },
    ...{ greetingTimeout: DELIVERY_LIMIT_MS, socketTimeout: DELIVERY_LIMIT_MS, logger: false },
  });
  const failed = new Promise<never>((_, reject) => {
    smtp.on('error', reject);
    smtp.on('end', () => reject(new Error('the connection was closed')));
  });
  failed.catch(() => undefined);
  const step = <T>(begin: (done: (error: Error | null | undefined, result?: T) => void) => void) =>
    Promise.race([
      failed,
      new Promise<T | undefined>((resolve, reject) =>
        begin((error, result) => (error ? reject(error) : resolve(result))),
      ),
    ]);
  await step((done) => smtp.connect(done));
  if (login !== undefined) await step((done) => smtp.login({ credentials: login }, done));
  const info = await step<SmtpConnection.SentMessageInfo>((done) => smtp.send(envelope, bytes, done));
  smtp.quit();
  return info?.rejected ?? [];
}

/** Whose mail it was not, and what the server said. What it takes as little tomorrow is refused in its answer to the mail. */
function classed(error: unknown, { host, port }: MailServer): Error {
  const { command, responseCode = 0 } = error as { command?: string; responseCode?: number };
  const said = escaped(messageOf(error)).slice(0, SHOWN_CHARACTERS);
  const text = `mail server ${host}:${port}: ${said}`;
  const isRefused = command === 'DATA' && responseCode >= 500;
  return isRefused ? new PermanentError(text, { cause: error }) : new RetryableError(text, { cause: error });
}

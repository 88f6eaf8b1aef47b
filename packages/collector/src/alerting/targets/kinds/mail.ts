import { isIP } from 'node:net';
import { UsageError } from '@nestwatch/common/errors';
import type { Kind } from '../../entry.ts';
import { type News, placeOf } from '../news.ts';
import { type MailServer, submitMail } from '../smtp.ts';
import type { TargetKind } from '../target.ts';

const MOST_RECIPIENTS = 50;

export const mail: TargetKind = {
  name: 'mail',
  meaning: 'addresses of mail, by SMTP',
  keys: {
    server: {
      meaning:
        '`smtps://HOST` (port 465) or `smtp://HOST` (port 587, with STARTTLS); `:PORT` names another port',
      required: true,
    },
    from: { meaning: 'address of the sender', required: true },
    to: { meaning: 'list of addresses', required: true },
    user: { meaning: 'user, if the server requires one' },
    password: { meaning: "that user's password", secret: true },
    tls: {
      meaning:
        '`required` (default) or `none` (default on loopback). Passwords are never sent over a network in clear text',
    },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const server = entry.required('server', serverKind, 'an address such as smtps://mail.example.org');
    const from = entry.required('from', mailKind, 'an address such as nestwatch@example.org');
    const to = entry.required('to', mailsKind, `a list of 1 to ${MOST_RECIPIENTS} addresses`);
    const user = entry.optionalText('user');
    const password = user === undefined ? entry.optionalSecret('password') : entry.secret('password');
    if (user === undefined && password !== undefined) throw new UsageError('password: give user, too');
    const tls =
      entry.optional('tls', tlsKind, 'required or none') ?? (isLoopback(server.host) ? 'none' : 'required');
    if (tls === 'none' && user !== undefined && !isLoopback(server.host) && !server.isTls)
      throw new UsageError('tls: give required, because a password must not be sent in clear text');
    const ca = entry.authority();
    return async (news, say) => {
      const login = user === undefined ? undefined : { user, pass: password?.read() ?? '' };
      const refused = await submitMail({ ...server, startTls: tls, ca: ca(), login }, from, to, mailOf(news));
      if (refused.length > 0) say(`the mail server refuses ${refused.join(', ')}`);
    };
  },
};

/** A mail of plain text. All of one alert are one conversation. */
function mailOf(news: News) {
  const { key, alert, title, summary, details, causes, link, resolvedAt, firedAt } = news;
  const why =
    causes.length === 0 ? [] : ['', 'Likely causes:', ...causes.map((cause, at) => `${at + 1}. ${cause}`)];
  const more = link === undefined ? [] : ['', link];
  return {
    subject: `[nestwatch] ${title}`,
    text: `${[summary, ...details, ...why, '', placeOf(news), ...more].join('\n')}\n`,
    messageId: messageId(key),
    references: messageId(alert),
    date: new Date(resolvedAt ?? firedAt ?? Date.now()),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function messageId(key: string): string {
  return `<${key.replace(/[^A-Za-z0-9]+/g, '.')}@nestwatch>`;
}

const serverKind: Kind<Pick<MailServer, 'host' | 'port' | 'isTls'>> = (given) => {
  const [, scheme, host, port] =
    /^(smtps?):\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?\/?$/.exec(String(given)) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const isTls = scheme === 'smtps';
  const usual = isTls ? 465 : 587;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port), isTls };
};

/** Nothing in an address has a meaning in a header, or in SMTP. */
const mailKind: Kind<string> = (given) =>
  typeof given === 'string' &&
  given.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/.test(given)
    ? given
    : undefined;

const mailsKind: Kind<readonly string[]> = (given) => {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_RECIPIENTS) return undefined;
  return given.every((each) => mailKind(each) !== undefined) ? given : undefined;
};

const tlsKind: Kind<'required' | 'none'> = (given) =>
  given === 'required' || given === 'none' ? given : undefined;

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 ? host.startsWith('127.') : host === '::1');
}

import { UsageError } from '@nestwatch/common/errors';
import type { Kind } from '../../entry.ts';
import { post, postJson } from '../../sinks/post.ts';
import type { News } from '../news.ts';
import type { TargetKind } from '../target.ts';
import { checkTemplate, fill } from '../template.ts';

const METHODS = ['POST', 'PUT'] as const;

export const webhook: TargetKind = {
  name: 'webhook',
  meaning: 'any HTTP service, with a body from your own template',
  keys: {
    url: { meaning: 'address to post to', secret: true, required: true },
    body: {
      meaning:
        'a map or list, sent as JSON, or one text, sent as it is; `{{field}}` in its texts stands for a field of the message (default: the whole message as JSON)',
    },
    method: { meaning: 'POST (default) or PUT' },
    headers: { meaning: 'further headers, such as `content-type`; not for secrets' },
    token: { meaning: 'bearer token', secret: true },
    'token-header': {
      meaning: 'header for the bare token, instead of `Authorization: Bearer`',
    },
    user: { meaning: 'user, instead of a token' },
    password: { meaning: "that user's password", secret: true },
    ca: { meaning: 'file with the certificate authority to trust' },
  },
  open(entry) {
    const [url, ca] = [entry.secretAddress('url'), entry.authority()];
    const method = entry.optional('method', methodKind, METHODS.join(' or ')) ?? 'POST';
    const headers = entry.optional('headers', headersKind, 'a map of texts') ?? {};
    const body = entry.optional('body', (given) => given, 'a map, a list or a text');
    const tokenHeader = entry.optional('token-header', headerNameKind, 'the name of a header');
    const token = tokenHeader === undefined ? undefined : entry.secret('token');
    const login = token === undefined ? entry.login() : () => ({ [tokenHeader ?? '']: token.read() });
    checkTemplate(body);
    return (news) => {
      const to = { url: url(), method, headers: { ...headers, ...login() }, ca: ca() };
      return send(to, body, news);
    };
  },
};

function send(to: Parameters<typeof post>[0], body: unknown, news: News): Promise<void> {
  if (typeof body !== 'string') return postJson(to, body === undefined ? news : fill(body, news));
  const headers = { 'content-type': 'text/plain; charset=utf-8', ...to.headers };
  return post({ ...to, headers }, String(fill(`${body}\n`, news)));
}

const methodKind: Kind<(typeof METHODS)[number]> = (given) => METHODS.find((each) => each === given);

const HEADER = /^[A-Za-z0-9-]{1,64}$/;

const headerNameKind: Kind<string> = (given) =>
  typeof given === 'string' && HEADER.test(given) ? given : undefined;

const headersKind: Kind<Readonly<Record<string, string>>> = (given) => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  for (const [name, value] of Object.entries(given)) {
    if (!HEADER.test(name) || typeof value !== 'string' || /[^\t\x20-\x7e]/.test(value)) return undefined;
    if (name.toLowerCase() === 'authorization')
      throw new UsageError('headers: give token, or user and password, instead of authorization');
  }
  // Names are the same in any letters: one content-type takes the place of the other.
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
};

import { resolve } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import { textOption } from '../../settings.ts';
import { requireId, requireLab, type Site } from '../accounts/member.ts';
import type { Context } from './context.ts';

/** What a command line of `enroll --leaf` asks for. */
export interface Order {
  readonly site: Site;
  /** accounts.conf of the centre. */
  readonly accounts: string;
  /** Where the site's files are written. */
  readonly folder: string;
  /** Where they will lie at the site. */
  readonly at: string;
  /** How the site reaches the centre, such as tls://nats.example.org:7422. */
  readonly remotes: readonly URL[];
  /** Folder with the certificate of the centre's NATS. */
  readonly tls: string;
}

export const LEAF_PORT = '7422';

/** @throws UsageError that names what is wrong */
export function orderOf(context: Context, accounts: string | undefined): Order {
  const { words, options } = context;
  const name = requireId('a site', textOption(context, 'leaf') ?? '');
  if (accounts === undefined) throw new UsageError('--leaf needs --accounts FILE of the centre');
  const others = (
    ['collector', 'operator', 'read-only', 'users', 'nsc', 'key', 'public-key'] as const
  ).filter((each) => options[each] !== undefined);
  if (words.length > 0 || others.length > 0) {
    const extra = [...words, ...others.map((each) => `--${each}`)].join(' ');
    throw new UsageError(`--leaf enrols the NATS server of a site: leave out ${extra}`);
  }
  const labs = (textOption(context, 'lab') ?? 'default').split(',').map((lab) => requireLab(lab.trim()));
  return {
    site: { name, labs: [...new Set(labs)].sort(), store: options['store'] === true },
    accounts,
    folder: resolve(textOption(context, 'folder') ?? `${name}-leaf`),
    at: textOption(context, 'at') ?? '/etc/nats/nestwatch',
    remotes: remotesOf(textOption(context, 'remote') ?? ''),
    tls: resolve(textOption(context, 'tls') ?? resolve(accounts, '../tls')),
  };
}

function remotesOf(text: string): URL[] {
  const given = text.split(',').filter((each) => each.trim() !== '');
  return given.map((each) => {
    const url = parsed(each.trim());
    const isServer = url?.protocol === 'tls:' && url.hostname !== '' && ['', '/'].includes(url.pathname);
    if (url === undefined || !isServer || url.username !== '') {
      throw new UsageError(
        `--remote ${each.trim()} is not an address such as tls://nats.example.org:${LEAF_PORT}`,
      );
    }
    return url;
  });
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

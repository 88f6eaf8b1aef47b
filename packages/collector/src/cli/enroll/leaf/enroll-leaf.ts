import { EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { textOption } from '../../settings.ts';
import { type AccountsText, accountsText } from '../accounts/accounts-text.ts';
import { type Site, siteMember } from '../accounts/member.ts';
import { editFile, readText } from '../edit-file.ts';
import { RELOAD, RELOAD_TWICE } from '../reload.ts';
import { readAuthority, takeLeafNodes, takeNoLeafNodes } from './centre-files.ts';
import type { Context } from './context.ts';
import { type Order, orderOf } from './order.ts';
import { fits, hashOf, newPassword } from './password.ts';
import { passwordIn, removeSiteFiles, writeSiteFiles } from './site-files.ts';

/**
 * `nestwatch enroll --leaf SITE`: gives the NATS server of a site an account in the centre, in which it can speak for the
 * nodes of its labs only, and writes the files with which it runs there. Repeated, it changes nothing.
 */
export async function enrollLeaf(context: Context, accounts: string | undefined): Promise<number> {
  const order = orderOf(context, accounts);
  const server = textOption(context, 'server');
  if (context.options['remove']) return removeLeaf(context, order, server);
  const authority = readAuthority(order.tls);
  const password = passwordFor(context, order);
  const wasThere = passwordIn(order.folder) !== undefined;
  const wrote = password !== undefined && writeSiteFiles(order, password, authority);
  let isNew: ReturnType<typeof intoAccounts>;
  try {
    isNew = intoAccounts(order, password);
  } catch (error) {
    if (!wasThere) removeSiteFiles(order.folder);
    throw error;
  }
  const said = takeLeafNodes(order, server);
  const { stderr } = context;
  for (const line of said) stderr.write(`${line}\n`);
  if (isNew !== 'as before') {
    stderr.write(
      `site ${order.site.name} is in ${order.accounts}: ${isNew === 'new' ? RELOAD_TWICE : RELOAD}\n`,
    );
  }
  if (wrote) stderr.write(whatToDo(order));
  if (order.site.store && isNew !== 'as before') {
    stderr.write(
      `add ${order.site.name} to stream.sites of the collectors: they read what is stored there\n`,
    );
  }
  if (said.length === 0 && !wrote && isNew === 'as before')
    stderr.write(`no change: site ${order.site.name} is set up like this already\n`);
  return EXIT.ok;
}

/** @returns undefined where the site keeps the one that it has, which is not known here any more */
function passwordFor({ options }: Context, { site, folder, accounts, remotes }: Order): string | undefined {
  const file = accountsText(textOrNone(accounts));
  const hashes = file.keysOf(`site ${site.name}`);
  refuseClaimed(file, site);
  const written = passwordIn(folder);
  const isKnown = written !== undefined && fits(written, hashes);
  if (options['refresh'] && hashes.length > 0) return isKnown && remotes.length > 0 ? written : undefined;
  if (hashes.length > 0 && !isKnown && !options['replace']) {
    throw new UsageError(
      `site ${site.name} exists with another password than the one in ${folder}: does another site have this name? --replace ends that ` +
        'password; --refresh keeps it, and writes no files for the site',
    );
  }
  if (remotes.length === 0) {
    throw new UsageError(
      'name the address of this NATS as the site sees it: --remote tls://nats.example.org:7422, with a name from its certificate',
    );
  }
  return isKnown && !options['replace'] ? written : newPassword();
}

function refuseClaimed({ sites }: AccountsText, { name, labs }: Site): void {
  for (const other of sites) {
    const lab = other.name === name ? undefined : labs.find((each) => other.labs.includes(each));
    if (lab !== undefined)
      throw new UsageError(`lab ${lab} belongs to site ${other.name}: a lab has one site`);
  }
}

function intoAccounts(
  { accounts, site }: Order,
  password: string | undefined,
): 'new' | 'changed' | 'as before' {
  const member = siteMember(site);
  const before = textOrNone(accounts);
  let isNew = false;
  editFile(accounts, (text) => {
    const file = accountsText(text);
    const old = file.keysOf(member.name);
    isNew = old.length === 0;
    const keeps = password === undefined || fits(password, old);
    // Others may open no leaf nodes; in files of an older version that stands nowhere.
    return accountsText(file.broughtUp()).put([{ member, keys: keeps ? old : [hashOf(password)] }]);
  });
  if (isNew) return 'new';
  return textOrNone(accounts) === before ? 'as before' : 'changed';
}

function removeLeaf(
  { stderr }: Context,
  { site, accounts, folder }: Order,
  server: string | undefined,
): number {
  const name = `site ${site.name}`;
  const isThere = accountsText(readText(accounts)).names.includes(name);
  const said: string[] = [];
  if (isThere) {
    editFile(accounts, (text) => accountsText(text).without(name));
    said.push(`${name} is removed from ${accounts}: ${RELOAD}, which ends its connection`);
  }
  if (removeSiteFiles(folder)) said.push(`its files in ${folder} are removed`);
  if (accountsText(readText(accounts)).sites.length === 0) said.push(...takeNoLeafNodes(accounts, server));
  if (isThere && said.length > 0 && site.store)
    said.push(`remove ${site.name} from stream.sites of the collectors`);
  stderr.write(said.length === 0 ? `no change: there is no ${name}\n` : `${said.join('\n')}\n`);
  return EXIT.ok;
}

function whatToDo({ folder, at, site }: Order): string {
  return [
    `${folder} has the files of the site: copy them to ${at} there. Only nats-server may read leaf.conf. Then, at the site:`,
    `  certificates.sh ${at}/tls NAME…      the certificate for the agents of the site`,
    `  nestwatch enroll NODE --lab ${site.labs[0] ?? ''} --accounts ${at}/accounts.conf`,
    `and start nats-server with ${at}/nats-server.conf`,
    '',
  ].join('\n');
}

function textOrNone(file: string): string {
  try {
    return readText(file);
  } catch {
    return '';
  }
}

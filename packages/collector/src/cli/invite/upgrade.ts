import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { signOffer } from '@nestwatch/common/invite/offer';
import { readSecret } from '@nestwatch/common/nats/secret-file';
import { formatAgo } from '@nestwatch/common/quantities';
import { openStore } from '../../influx/store.ts';
import { readPackages } from '../../invite/packages-list.ts';
import type { OfferedUpgrade } from '../../operators/upgrades.ts';
import { readUpgrades } from '../../read/upgrades.ts';
import { askCollector } from '../ask-collector.ts';
import { textOption, type UserSchema } from '../settings.ts';
import { PACKAGES, PACKAGES_KEY } from '../setup/places.ts';
import { withNats } from '../with-nats.ts';
import { type UpgradeRow, upgradeRows, upgradeTable } from './upgrade-texts.ts';

type Context = CommandContext<UserSchema>;

const HOUR_MS = 3_600_000;

/** `nestwatch invite --upgrade`: offers a lab the version of the packages, shows what became of it, or ends it. */
export async function upgrade(context: Context, lab: string): Promise<number> {
  const { options, stderr } = context;
  if (options['status']) return status(context, lab);
  if (options['stop']) {
    await withNats(context, (connection) => askCollector(connection, 'operate', 'end-upgrade', { lab }));
    stderr.write(`lab ${lab} is offered no other version any more; who moved stays\n`);
    return EXIT.ok;
  }
  return offer(context, lab);
}

/** Signs here what the collector only hands on: it has no key of packages. */
async function offer(context: Context, lab: string): Promise<number> {
  const { env, stdout, stderr, options } = context;
  const folder = textOption(context, 'packages') ?? PACKAGES;
  const { version, files } = await readPackages(folder);
  for (const { file, sha256 } of files) requireIntact(join(folder, file), sha256);
  const seed = seedIn(textOption(context, 'key') ?? PACKAGES_KEY);
  const signed = await signOffer(seed, { lab, version, madeMs: Date.now(), files });
  const by = env['SUDO_USER'] ?? userInfo().username;
  const offered = await withNats(context, (connection) =>
    askCollector<OfferedUpgrade>(connection, 'operate', 'offer-upgrade', { lab, ...signed, by }),
  );
  if (options['json']) stdout.write(`${JSON.stringify(offered, null, 2)}\n`);
  const age = formatAgo(statSync(join(folder, 'manifest.json')).mtimeMs * 1000, Date.now() * 1000);
  stderr.write(
    `lab ${lab} is offered version ${version}, packed ${age}: nodes that allow it move when they next report, mostly within a minute; "nestwatch invite --upgrade --status" shows who did\n`,
  );
  return EXIT.ok;
}

function requireIntact(file: string, sha256: string): void {
  const found = createHash('sha256').update(bytesOf(file)).digest('hex');
  if (found !== sha256) throw new UsageError(`${file} is not what manifest.json says (SHA-256 ${found})`);
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`a package cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws UsageError when there is no key, or others can read it */
function seedIn(file: string): Uint8Array {
  return readSecret('--key', file, 'key of packages ("nestwatch setup" makes one)', (bytes) => {
    const text = bytes.toString().trim();
    if (!/^SU[A-Z2-7]{56}$/.test(text)) throw new Error('it does not begin with SU');
    return new TextEncoder().encode(text);
  });
}

async function status(context: Context, lab: string): Promise<number> {
  const { config, options, stdout, stderr } = context;
  const [offered, nodes] = await Promise.all([
    withNats(context, (connection) =>
      askCollector<Partial<OfferedUpgrade>>(connection, 'operate', 'upgrade', { lab }),
    ),
    openStore(config).then((store) => readUpgrades(store, lab)),
  ]);
  const rows: UpgradeRow[] = upgradeRows(nodes, offered);
  if (options['json']) {
    stdout.write(`${JSON.stringify({ lab, offered, nodes: rows }, null, 2)}\n`);
    return EXIT.ok;
  }
  const { version, madeMs = 0, by } = offered;
  if (version === undefined) stderr.write(`lab ${lab} has no offered version\n`);
  else {
    const ago = formatAgo(madeMs * 1000, Date.now() * 1000);
    stderr.write(
      `lab ${lab} is offered ${version} by ${by}, ${ago}${isOld(madeMs) ? ': offer it again to retry where it failed' : ''}\n`,
    );
  }
  if (rows.length > 0) stdout.write(upgradeTable(rows));
  return EXIT.ok;
}

const isOld = (madeMs: number) => Date.now() - madeMs > 24 * HOUR_MS;

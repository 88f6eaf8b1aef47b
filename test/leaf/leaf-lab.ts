import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { openStore, type Store } from '@nestwatch/collector/influx/store';
import { natsSettings } from '@nestwatch/common/config/connection';
import { loadConfig } from '@nestwatch/common/config/load';
import { natsAccess } from '@nestwatch/common/nats/access';
import { inboxPrefix } from '@nestwatch/proto';
import { startTestInflux } from '@nestwatch/testkit/influx';
import { influxConfig } from '@nestwatch/testkit/influx-config';
import { freePort } from '../../deploy/local/ports.ts';
import { startAgent, startCollector } from '../../deploy/local/programs.ts';
import { findTool } from '../../deploy/local/tools.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { bundle } from '../faults/support/bundle.ts';
import { createCut } from '../faults/support/cut.ts';
import { readJournal } from '../faults/support/ledger.ts';
import { createSecuredLab } from '../security/secured-lab.ts';

const top = resolve(import.meta.dirname, '../..');
export const SITE = 'berlin';

/**
 * The centre as docs/use/security.md has it, and the site "berlin" of the lab "lab", by a line that can be cut. Without a
 * store at the site, the collector stands there as well.
 */
export async function createLeafLab(way: 'leaf' | 'store') {
  const centre = await createSecuredLab('accounts');
  const { dir, processes, nestwatch, conf } = centre;
  const leafPort = await freePort();
  const line = await createCut(leafPort);
  // By it a collector that stands at the site reaches the centre.
  const collectorLine = await createCut(Number(new URL(centre.url).port));
  const site = join(dir, SITE);
  const accounts = join(conf, 'accounts.conf');
  const remote = `tls://localhost:${line.port}`;
  const enrollSite = (name: string, ...more: string[]) =>
    nestwatch('enroll', '--leaf', name, '--accounts', accounts, '--remote', remote, ...more);
  const ofSite = ['--lab', 'lab', '--folder', site, '--at', site, ...(way === 'store' ? ['--store'] : [])];
  enrollSite(SITE, ...ofSite);
  const operator = centre.enroll('--operator', 'alice');
  // The site sees the line's other end.
  edit(join(conf, 'leafnodes.conf'), `0.0.0.0:${line.port}`, `127.0.0.1:${leafPort}`);
  await centre.restart(() => undefined);

  execFileSync(join(conf, 'certificates.sh'), [join(site, 'tls'), 'localhost'], { stdio: 'pipe' });
  const port = await freePort();
  edit(join(site, 'nats-server.conf'), '0.0.0.0:4222', `127.0.0.1:${port}`);
  if (way === 'store') {
    edit(
      join(site, 'nats-server.conf'),
      '"/var/lib/nats/jetstream"',
      JSON.stringify(join(site, 'jetstream')),
    );
  }
  const keyOf = (node: string) => {
    const key = join(dir, `${node}.nk`);
    nestwatch('enroll', node, '--lab', 'lab', '--accounts', join(site, 'accounts.conf'), '--key', key);
    return key;
  };
  const binary = findTool({ command: 'nats-server' }) ?? 'nats-server';
  const collectorKeyOfSite = () => {
    const key = join(dir, 'collector-of-site.nk');
    nestwatch('enroll', '--collector', '--accounts', join(site, 'accounts.conf'), '--key', key);
    return key;
  };
  const startServer = (folder = site, name = 'site-nats') =>
    processes.start(name, binary, ['-c', join(folder, 'nats-server.conf')]);
  /** Runs a second server with the files of the site, but for what it says of the centre. */
  const copyOfSite = (name: string, change: (remote: string) => string): string => {
    const folder = join(dir, name);
    cpSync(site, folder, { recursive: true });
    writeFileSync(join(folder, 'leaf.conf'), change(readFileSync(join(site, 'leaf.conf'), 'utf8')));
    const file = join(folder, 'nats-server.conf');
    const conf = readFileSync(file, 'utf8').replace('"nestwatch-berlin"', `"${name}"`);
    writeFileSync(file, conf.replace(`127.0.0.1:${port}`, '127.0.0.1:-1'));
    startServer(folder, name);
    return name;
  };
  const logOf = (name: string) => readFileSync(join(dir, 'logs', `${name}.log`), 'utf8');

  const influx = await startTestInflux(processes, join(dir, 'logs'));
  const store: Store = await openStore(influxConfig({ INFLUX_URL: influx.url }));
  const program = await bundle(join(top, 'test/faults/support/load-agent.ts'), 'load-agent');
  const url = `tls://localhost:${port}`;
  const login = (key: string) => ({ NESTWATCH_NATS_NKEY: key, NESTWATCH_NATS_CA: join(site, 'tls/ca.pem') });
  return {
    copyOfSite,
    takesKeys: !/v2\.(?:9|10)\./.test(execFileSync(binary, ['--version'], { encoding: 'utf8' })),
    ...{
      centre,
      site,
      line: {
        cut: () => Promise.all([line, collectorLine].map((each) => each.cut())),
        mend: () => Promise.all([line, collectorLine].map((each) => each.mend())),
      },
      store,
      influxUrl: influx.url,
      keyOf,
      collectorKeyOfSite,
      startServer,
      logOf,
      url,
      login,
    },
    accounts,
    startCollector: (env: Readonly<Record<string, string>> = {}) =>
      freePort().then((http) =>
        startCollector(
          processes,
          join(top, 'dist'),
          {
            natsUrl: way === 'store' ? centre.url : `tls://localhost:${collectorLine.port}`,
            influxUrl: influx.url,
          },
          http,
          () => undefined,
          new AbortController().signal,
          {
            NESTWATCH_NATS_CA: centre.ca,
            NESTWATCH_NATS_NKEY: join(dir, '--collector.nk'),
            ...(way === 'store' ? { NESTWATCH_STREAM_SITES: SITE } : {}),
            ...env,
          },
        ),
      ),
    /** The agent as it is, at the site. */
    startAgent: (node: string, key: string) =>
      startAgent(
        processes,
        join(top, 'dist'),
        { natsUrl: url, influxUrl: influx.url },
        {
          ...{ lab: 'lab', node, name: node, layer: '0', interval: '1s' },
          ...{ 'nats-nkey': key, 'nats-ca': join(site, 'tls/ca.pem') },
          'state-dir': join(dir, `${node}-agent`),
          'benchmarks-jitter': '0ms',
          'benchmarks-http-address': '127.0.0.1',
        },
        () => undefined,
      ),
    /** `nestwatch bench` of an operator in the centre. */
    bench: (...words: string[]) =>
      promisify(execFile)(process.execPath, [join(top, 'dist/nestwatch.mjs'), 'bench', ...words], {
        env: {
          ...process.env,
          NATS_URL: centre.url,
          NESTWATCH_NATS_CA: centre.ca,
          NESTWATCH_NATS_NKEY: operator,
        },
      }),
    /** An agent with made-up samples, which notes what it put into its outbox. */
    startLoad(node: string, key: string, perSecond: number, env: Readonly<Record<string, string>> = {}) {
      const journal = join(dir, `${node}.journal`);
      const child = processes.start(
        `load-${node}`,
        process.execPath,
        [program, join(dir, node), journal, String(perSecond)],
        { env: { NATS_URL: url, NESTWATCH_LAB: 'lab', NESTWATCH_NODE: node, ...login(key), ...env } },
      );
      return { child, node, journal: () => readJournal(journal) };
    },
    /** Logs in at the site as a node does. */
    async connectAtSite(key: string, node: string): Promise<NatsConnection> {
      const flags = { 'nats.url': url, 'nats.nkey': key, 'nats.ca': join(site, 'tls/ca.pem') };
      const access = await natsAccess(loadConfig(natsSettings, { env: {}, flags }));
      const options = {
        servers: url,
        timeout: 20_000,
        inboxPrefix: inboxPrefix('lab', node),
        ...access.options,
      };
      let made: NatsConnection | undefined;
      await waitUntil(
        async () => {
          made = await connect(options).catch(() => undefined);
          return made !== undefined;
        },
        { what: 'the server of the site', tail: () => logOf('site-nats') },
      );
      return made as NatsConnection;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([line, collectorLine].map((each) => each.cut()));
      await centre[Symbol.asyncDispose]();
    },
  };
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replaceAll(from, to));
}

/**
 * A cascade whose layers boot without Node.js and without an agent, and have no way out but upwards: an invitation of its
 * collector is typed into each. Run by hand: the packages are made, and each layer downloads, unpacks and starts 27 MiB.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootCascade, type Cascade } from '../../deploy/lab/cascade/boot.ts';
import { type ConsoleLine, sendOrder } from '../../deploy/lab/cascade/console.ts';
import { BUILD_MACHINE } from '../../deploy/lab/cascade/layout.ts';
import { asSeenFromInside } from '../../deploy/lab/cascade/nats-inside.ts';
import { planCascade } from '../../deploy/lab/cascade/plan.ts';
import { measureCoreShare, readTscKhz, speedOf } from '../../deploy/lab/cascade/speed.ts';
import { ensureSystemImage, type SystemImage } from '../../deploy/lab/image/system-image.ts';
import { labSchema } from '../../deploy/lab/settings.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { listArtefacts } from '../../deploy/packages/artefacts.ts';
import { makeRuntime } from '../../deploy/packages/runtime/make-runtime.ts';
import { buildTarball } from '../../deploy/packages/runtime/tarball.ts';
import { createInviteLab, type InviteLab } from '../e2e/invite-lab.ts';
import { cacheDir } from './cascade.ts';
import { terminalPicture } from './terminal-picture.ts';

const top = resolve(import.meta.dirname, '../..');
const LAYERS = Number(process.env['NESTWATCH_TEST_LAYERS'] ?? 4);
/** Hours: what hangs ends by it, and nothing else. */
const LIMIT_MS = 2 * 3_600_000;
/** Of the lab's slow clock: nothing in a layer is quick. s */
const LOGIN_S = 12;
/** Of the lab's slow clock, from the installer's last line to the page. s */
const ON_PAGE_WITHIN_S = 20;
const out = temporaryFolder('invited');
/** A folder that `npm run package` filled; by default the package is made here. */
const given = process.env['NESTWATCH_LAB_PACKAGES'];
const packages = given ?? join(out, 'packages');
const config = loadConfig(labSchema, {
  env: {},
  flags: { lab: 'lab', layers: String(LAYERS), 'data.dir': join(out, 'cascade') },
});
const speed = speedOf(config, [], measureCoreShare());

interface Shown {
  readonly node: string;
  readonly name: string;
  readonly layer: number;
}

const made = await prepare().catch((error: unknown) => ({ reason: messageOf(error) }));
const reason = 'reason' in made ? made.reason : undefined;

/** The package that guests fetch, packed as it is given out, and a system without Node.js. */
async function prepare(): Promise<{ system: SystemImage }> {
  const usual = [undefined, undefined, undefined, undefined];
  const note = (text: string) => void process.stderr.write(`lab: ${text}\n`);
  const system = await ensureSystemImage({
    ...{ cache: cacheDir, packagesCache: join(top, '.nestwatch/cache/debian'), bare: true },
    scripts: join(top, 'deploy/lab/guest'),
    versions: { suite: 'bookworm', kernels: usual, qemus: usual, spareKernels: [] },
    signal: new AbortController().signal,
    note,
  });
  if (given !== undefined) return { system };
  mkdirSync(packages, { recursive: true });
  const runtime = await makeRuntime(join(out, 'runtime'), note);
  const file = buildTarball(runtime, { top, out: packages, version: '1.0.0', epoch: 1_700_000_000 });
  const own = { name: 'nestwatch-agent', architecture: 'amd64', ownRuntime: true } as const;
  listArtefacts(packages, '1.0.0', [{ ...own, format: 'tar.xz', file }]);
  return { system };
}

describe.skipIf(reason !== undefined)(
  `a cascade by invitation${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: LIMIT_MS },
  () => {
    let lab: InviteLab;
    let terminal: Cascade;
    const said: (ConsoleLine & { readonly atMs: number })[] = [];
    const saidBy = (layer: string) => said.filter((line) => line.layer === layer);
    const tail = () =>
      said
        .map(({ layer, text }) => `${layer}: ${text}`)
        .slice(-30)
        .join('\n');

    beforeAll(async () => {
      if (!('system' in made)) return;
      const known = { names: [BUILD_MACHINE], loginS: Math.ceil(LOGIN_S / speed) };
      const settings = join(out, 'collector.yaml');
      // As the owner of a lab says it whose outermost layer runs on something that the agent cannot name.
      writeFileSync(settings, 'topology:\n  overrides:\n    lab/guest0: { layer: 0 }\n');
      lab = await createInviteLab(packages, '127.0.0.1', known, { NESTWATCH_CONFIG: settings });
      const what = { slownesses: [], system: made.system, natsUrl: lab.url, bare: true };
      terminal = await bootCascade(await planCascade(config, what), config['data.dir'], {
        ...{ processes: lab.processes, onDeath: () => undefined, speed, tscKhz: readTscKhz() },
        onLine: (line) => void said.push({ ...line, atMs: Date.now() }),
      });
    }, LIMIT_MS);
    afterAll(async () => {
      terminal?.close();
      await lab?.[Symbol.asyncDispose]();
    });

    const heard = async (layer: string, what: RegExp) => {
      const find = () => saidBy(layer).find(({ text }) => what.test(text));
      await waitUntil(() => find() !== undefined, {
        what: `${layer} to say ${what}`,
        tail,
        limitMs: LIMIT_MS,
      });
      return find() as (typeof said)[number];
    };
    /** What the page has of a machine. */
    const onPage = async (name: string): Promise<Shown | undefined> => {
      const { nodes } = (await (await fetch(`${lab.page}/api/lab?lab=lab`)).json()) as { nodes: Shown[] };
      return nodes.find((each) => each.name === name);
    };

    test.each(Array.from({ length: LAYERS }, (_, depth) => depth))(
      'guest%i comes by one line',
      async (depth) => {
        const layer = `guest${depth}`;
        if (depth > 0) await sendOrder(config['data.dir'], `guest${depth - 1}`, 'child');
        await heard(layer, /^kernel up$/);
        const url = asSeenFromInside(lab.invite('--ttl', '1d'));
        const typedMs = Date.now();
        await sendOrder(config['data.dir'], layer, `invite ${url}`);
        await heard(layer, /^order done: invite/);
        const lines = saidBy(layer).filter(({ text }) => text.startsWith('nestwatch: '));
        const last = lines.at(-1);
        expect(last?.text, tail()).toMatch(/^nestwatch: the first report is confirmed: guest\d /);
        await waitUntil(async () => (await onPage(layer))?.layer === depth, {
          ...{ what: `${layer} on the lab page`, tail, limitMs: LIMIT_MS },
        });
        const tookS = ((Date.now() - (last?.atMs ?? 0)) / 1000) * speed;
        const shown = await onPage(layer);
        const member = new RegExp(`# node lab/${shown?.node}\\b`);
        process.stderr.write(
          `${layer}: installed in ${Math.round((Date.now() - typedMs) / 1000)} s, on the page ${tookS.toFixed(1)} lab seconds after the last line; ${saidBy(layer).at(-2)?.text}\n`,
        );
        expect(tookS).toBeLessThan(ON_PAGE_WITHIN_S);
        expect(lab.members()).toMatch(member);
        expect(await (await fetch(`${lab.page}/lab/lab`)).text()).toContain(layer);
      },
    );

    test('each has a key of its own, and the deepest stands as a picture', () => {
      const keys = lab.members().match(/\bU[A-Z2-7]{55}\b/g) ?? [];
      expect(new Set(keys).size).toBe(keys.length);
      const deepest = `guest${LAYERS - 1}`;
      const typed = `# wget -qO- http://192.168.122.1:9465/i/jqx4mfd7…  | sh`;
      const lines = saidBy(deepest).filter(({ text }) => text.startsWith('nestwatch: '));
      const picture = terminalPicture(`${deepest}, three hypervisors deep, without Node.js`, [
        typed,
        ...lines.map(({ text }) => text),
      ]);
      mkdirSync(join(top, '.nestwatch/screenshots'), { recursive: true });
      writeFileSync(join(top, '.nestwatch/screenshots/invited.svg'), picture);
      expect(readFileSync(join(top, '.nestwatch/screenshots/invited.svg'), 'utf8')).toContain('confirmed');
    });
  },
);

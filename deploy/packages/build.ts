import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { type Artefact, listArtefacts } from './artefacts.ts';
import { commitTime } from './commit-time.ts';
import { architectureOf, type BuildOptions, buildDeb } from './deb.ts';
import { agent, collector, type Manifest } from './manifest.ts';
import { layOutRepository } from './repository/lay-out.ts';
import { KEY_SETTING } from './repository/sign.ts';
import { buildRpm } from './rpm.ts';
import { makeRuntime, type Runtime } from './runtime/make-runtime.ts';
import { standaloneAgent } from './runtime/standalone.ts';
import { buildTarball } from './runtime/tarball.ts';

const FORMATS = ['deb', 'rpm', 'tar.xz'] as const;
type Format = (typeof FORMATS)[number];

/** The program that makes each format, and Debian's package of it. */
const TOOLS: Readonly<Record<Format, readonly [string, string]>> = {
  deb: ['dpkg-deb', 'dpkg'],
  rpm: ['rpmbuild', 'rpm'],
  'tar.xz': ['tar', 'tar xz-utils'],
};
const top = resolve('.');
const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * `npm run package`: builds agent and collector as .deb and .rpm into dist/packages, and the agent with its own runtime
 * as .deb, .rpm and .tar.xz, or the formats named.
 */
async function main(wanted: readonly string[]): Promise<number> {
  const out = join(top, 'dist', 'packages');
  mkdirSync(out, { recursive: true });
  const unknown = wanted.find((format) => !FORMATS.includes(format as Format));
  if (unknown !== undefined) {
    say(`unknown format ${unknown}; known: ${FORMATS.join(', ')}`);
    return EXIT.usage;
  }
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  const options = { top, out, version, epoch: commitTime(top) };
  const chosen = FORMATS.filter((format) => wanted.length === 0 || wanted.includes(format));
  const runtime = await makeRuntime(join(out, '.runtime'), say).catch((error: unknown) => {
    say(`no self-contained agent: ${messageOf(error)}`);
    return undefined;
  });
  const made = chosen.flatMap((format) => buildAll(format, options, runtime));
  const built = made.filter((artefact) => artefact !== undefined);
  const list = listArtefacts(out, version, built);
  say(`listed ${join(out, 'manifest.json')}`);
  const { epoch } = options;
  layOutRepository(list, { out, epoch, key: process.env[KEY_SETTING], note: say });
  if (runtime !== undefined && built.length === made.length) return EXIT.ok;
  const guests = runtime === undefined ? '; without the self-contained agent guests cannot be invited' : '';
  say(`incomplete: the lines above name what is missing${guests}`);
  return EXIT.failed;
}

/** All packages of a format; undefined for each that could not be built, with a message. */
function buildAll(
  format: Format,
  options: BuildOptions,
  runtime: Runtime | undefined,
): (Artefact | undefined)[] {
  const standalone = runtime === undefined ? undefined : standaloneAgent(runtime);
  if (format === 'tar.xz') {
    if (runtime === undefined) return [];
    return [built(format, { ...agent, node: undefined }, () => buildTarball(runtime, options))];
  }
  const make = format === 'deb' ? buildDeb : buildRpm;
  const manifests = [agent, collector, ...(standalone === undefined ? [] : [standalone])];
  return manifests.map((manifest) => built(format, manifest, () => make(manifest, options)));
}

function built(format: Format, manifest: Manifest, make: () => string): Artefact | undefined {
  try {
    const file = make();
    say(`built ${file}, ${Math.round(statSync(file).size / 1024)} KiB`);
    const { name, node } = manifest;
    return { file, format, name, architecture: architectureOf(manifest), ownRuntime: node === undefined };
  } catch (error) {
    const [command, debian] = TOOLS[format];
    const isMissing = errnoOf(error) === 'ENOENT' && messageOf(error).includes(command);
    const why = `${command} is not installed: no .${format} (Debian: apt-get install ${debian})`;
    say(isMissing ? why : messageOf(error));
    return undefined;
  }
}

process.exitCode = await main(process.argv.slice(2));

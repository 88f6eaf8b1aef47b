import { join } from 'node:path';
import { agent, type Manifest, type PackagedFile } from '../manifest.ts';
import type { Runtime } from './make-runtime.ts';
import { partsText } from './parts-text.ts';
import { STARTER } from './starter.ts';

const HOME = '/usr/lib/nestwatch-agent';
/** Files of the small package that start the agent by the distribution's Node. */
const REPLACED = new Set(['/usr/bin/nestwatch-agent', '/usr/lib/nestwatch/nestwatch-agent.mjs']);

/**
 * What the starter needs, below a folder that may be anywhere: `bin/nestwatch-agent`, `lib/nestwatch-agent.mjs`,
 * `lib/runtime/` and `licences/`. Packages and the tarball have the same.
 */
export function programFiles(home: string, runtime: Runtime): PackagedFile[] {
  return [
    { to: `${home}/bin/nestwatch-agent`, content: STARTER, mode: 0o755 },
    { to: `${home}/lib/nestwatch-agent.mjs`, from: 'dist/nestwatch-agent.mjs', mode: 0o755 },
    ...runtime.files.map((name) => ({
      to: `${home}/lib/runtime/${name}`,
      from: join(runtime.folder, name),
      mode: isStarted(name) ? 0o755 : 0o644,
    })),
  ];
}

const isStarted = (name: string) => name === 'node' || name.startsWith('ld-');

/** Licences and terms of the runtime's parts. */
export function licenceFiles(folder: string, { parts, licences }: Runtime): PackagedFile[] {
  return [
    { to: `${folder}/PARTS`, content: partsText(parts) },
    ...parts.map(({ name, licence }) => ({ to: `${folder}/${name}`, content: licence })),
    ...[...licences].map(([name, text]) => ({ to: `${folder}/${name}`, content: text })),
  ];
}

/** The package of the agent with a Node and libraries of its own: for systems that have no Node, or another libc. */
export function standaloneAgent(runtime: Runtime): Manifest {
  const { node: _, ...common } = agent;
  const name = 'nestwatch-agent-standalone';
  return {
    ...common,
    name,
    summary: `${agent.summary} (own Node.js)`,
    description: `${agent.description}\nBrings its own Node.js and C library, so that those of the system do not\nmatter.`,
    insteadOf: [agent.name],
    files: [
      ...programFiles(HOME, runtime),
      { to: '/usr/bin/nestwatch-agent', link: '../lib/nestwatch-agent/bin/nestwatch-agent' },
      ...agent.files.filter(({ to }) => !REPLACED.has(to)).map((file) => ownStart(inOwnFolder(file, name))),
      ...licenceFiles(`/usr/share/doc/${name}/licences`, runtime),
    ],
  };
}

/** Each package has its documents in a folder of its name. */
function inOwnFolder(file: PackagedFile, name: string): PackagedFile {
  return { ...file, to: file.to.replace(`/usr/share/doc/${agent.name}/`, `/usr/share/doc/${name}/`) };
}

/** The units start the starter, which knows the flags of Node. */
function ownStart(file: PackagedFile): PackagedFile {
  const documents = `/usr/share/doc/${agent.name}-standalone`;
  return file.to.startsWith('/usr/lib/systemd/system/')
    ? { ...file, edit: startedBy('/usr/bin/nestwatch-agent', documents) }
    : file;
}

/** Changes a unit that starts Node so that it starts a program instead, whose documents are in another folder. */
export const startedBy = (program: string, documents: string) => (unit: string) =>
  unit
    .replace(/^# As packages\/agent.*\nEnvironment=UV_THREADPOOL_SIZE=.*\n/m, '')
    .replace(/^(ExecStart|ExecStopPost)=\/usr\/bin\/node .*?\.mjs /gm, `$1=${program} `)
    .replaceAll(`/usr/share/doc/${agent.name}/`, `${documents}/`);

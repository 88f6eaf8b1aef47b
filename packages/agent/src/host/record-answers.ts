import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Found, Host } from './host.ts';

/** What a host answered, by question: enough to assess that machine again elsewhere. */
export interface Answers {
  readonly architecture: string;
  readonly read: Record<string, Found<string>>;
  readonly list: Record<string, Found<string[]>>;
  readonly link: Record<string, Found<string>>;
  readonly open: Record<string, Found<true>>;
  /** Absent in recordings of 0.1.0. */
  readonly mode?: Record<string, Found<number>>;
  /** By "path@offset"; bytes as hex. */
  readonly readAt: Record<string, Found<string>>;
}

/** A host that notes every answer of another. Missing files are answers too: what is denied here is part of the picture. */
export function recordAnswers(host: Host, architecture: string): { host: Host; answers: Answers } {
  const mode: Record<string, Found<number>> = {};
  const answers: Answers = { architecture, read: {}, list: {}, link: {}, open: {}, mode, readAt: {} };
  const note = async <T>(into: Record<string, Found<T>>, key: string, asked: Promise<Found<T>>) => {
    const found = await asked;
    into[key] = found;
    return found;
  };
  return {
    answers,
    host: {
      root: host.root,
      read: (path, maxBytes) => note(answers.read, path, host.read(path, maxBytes)),
      list: (path) => note(answers.list, path, host.list(path)),
      link: (path) => note(answers.link, path, host.link(path)),
      open: (path) => note(answers.open, path, host.open(path)),
      mode: (path) => note(mode, path, host.mode(path)),
      async readAt(path, offset, length) {
        const found = await host.readAt(path, offset, length);
        answers.readAt[`${path}@${offset}`] =
          found.state === 'known' ? { state: 'known', value: found.value.toString('hex') } : found;
        return found;
      },
    },
  };
}

/** Writes what was read below a folder, as it would stand below the root of a machine. */
export function saveAnswers({ read, list }: Answers, folder: string): void {
  for (const [path, found] of Object.entries(read)) {
    if (found.state !== 'known') continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), found.value);
  }
  for (const [path, found] of Object.entries(list)) {
    if (found.state !== 'known') continue;
    mkdirSync(join(folder, path), { recursive: true });
    // What was seen and not read is kept as an empty file; other people's processes are not.
    for (const name of path === '/proc' ? [] : found.value) {
      const at = join(folder, path, name);
      if (!existsSync(at)) writeFileSync(at, '');
    }
  }
}

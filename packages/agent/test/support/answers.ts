import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { absent, type Found, type Host } from '../../src/host/host.ts';
import type { Answers } from '../../src/host/record-answers.ts';

const MACHINES = resolve(import.meta.dirname, '../fixtures/machines');

/** A machine recorded with `nestwatch-agent check --record`, as it was written or packed with gzip. */
export function recordedMachine(name: string): { host: Host; architecture: string } {
  const answers: Answers = JSON.parse(textOf(`${MACHINES}/${name}.json`));
  const from = <T>(group: Record<string, Found<T>>, key: string): Found<T> =>
    group[key] ?? absent(`${key}: not recorded`);
  return {
    architecture: answers.architecture,
    host: {
      root: '/nonexistent',
      read: async (path) => from(answers.read, path),
      list: async (path) => from(answers.list, path),
      link: async (path) => from(answers.link, path),
      open: async (path) => from(answers.open, path),
      mode: async (path) => from(answers.mode ?? {}, path),
      async readAt(path, offset) {
        const found = from(answers.readAt, `${path}@${offset}`);
        return found.state === 'known' ? { state: 'known', value: Buffer.from(found.value, 'hex') } : found;
      },
    },
  };
}

const textOf = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8') : gunzipSync(readFileSync(`${file}.gz`)).toString('utf8');

import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** Makes one .mjs of a test program written in TypeScript, and gives its path. */
export async function bundle(source: string, name: string): Promise<string> {
  const file = join(resolve(import.meta.dirname, '../../..'), 'node_modules/.cache/nestwatch', `${name}.mjs`);
  const made = await rolldown({ input: source, platform: 'node', logLevel: 'warn' });
  await made.write({ file, format: 'esm', codeSplitting: false });
  await made.close();
  return file;
}

// Bundles one TypeScript program of this project and runs it in this process: node scripts/run-ts.mjs FILE [arguments].
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { rawText } from './raw-text.mjs';

const top = resolve(import.meta.dirname, '..');
const [entry, ...args] = process.argv.slice(2);
const file = join(top, 'dist', `${basename(entry, '.ts')}.run.mjs`);
const bundle = await rolldown({
  input: resolve(entry),
  plugins: [rawText],
  platform: 'node',
  external: /^@grafana\//,
  logLevel: 'warn',
});
await bundle.write({ file, format: 'esm', codeSplitting: false });
await bundle.close();
process.argv = [process.argv[0], file, ...args];
await import(pathToFileURL(file).href);

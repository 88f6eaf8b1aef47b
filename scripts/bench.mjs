// `npm run bench` and `npm run load`: makes everything ready, bundles the benchmarks' own programs to dist/bench/ and
// runs one of them in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensurePackages, top } from './prepare.mjs';

const [name, ...args] = process.argv.slice(2);
const entries = {
  bench: 'bench/main.ts',
  ceiling: 'bench/ceiling/main.ts',
  'late-answers': 'bench/by-hand/late-answers.ts',
  expired: 'bench/by-hand/expired.ts',
  'measurement-cost': 'bench/by-hand/measurement-cost.ts',
  load: 'test/load/main.ts',
  preload: 'bench/profile/preload.ts',
  // Not minified, so that a profile can name its parts.
  'nestwatch-collector': 'packages/collector/src/main.ts',
};

ensurePackages();
ensureBuilt();
const { rolldown } = await import('rolldown');
const { rawText } = await import('./raw-text.mjs');
for (const [program, entry] of Object.entries(entries)) {
  const bundle = await rolldown({
    input: join(top, entry),
    plugins: [rawText],
    platform: 'node',
    transform: { target: 'node20' },
    logLevel: 'warn',
  });
  const file = join(top, 'dist/bench', `${program}.mjs`);
  await bundle.write({ file, format: 'esm', codeSplitting: false, sourcemap: true });
  await bundle.close();
}
const program = join(top, 'dist/bench', `${name}.mjs`);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);

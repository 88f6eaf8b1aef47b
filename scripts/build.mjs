// Builds dist/: one self-contained minified .mjs for each program, run by `node` alone.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { asciiOnly } from './ascii-only.mjs';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { rawText } from './raw-text.mjs';

const top = resolve(import.meta.dirname, '..');
/** Only the agent must be small. */
const WITHOUT_ICU = [join(top, 'packages/agent/src/rounds/utc-date-time-format.ts'), 'DateTimeFormat'];
const programs = [
  { name: 'nestwatch-agent', entry: 'packages/agent/src/main.ts' },
  { name: 'nestwatch-collector', entry: 'packages/collector/src/main.ts' },
  { name: 'nestwatch', entry: 'packages/collector/src/nestwatch.ts' },
  { name: 'nestwatch-start', entry: 'deploy/local/main.ts' },
  { name: 'nestwatch-lab', entry: 'deploy/lab/main.ts' },
  { name: 'nestwatch-observe', entry: 'deploy/observatory/main.ts' },
  { name: 'nestwatch-here', entry: 'deploy/local/here.ts' },
];

execFileSync(process.execPath, [join(top, 'scripts/generate.mjs')], { stdio: 'inherit' });
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
const only = process.argv.slice(2);

for (const { name, entry } of programs) {
  const input = join(top, entry);
  if ((only.length > 0 && !only.includes(name)) || !existsSync(input)) continue;
  const bundle = await rolldown({
    input,
    plugins: [rawText, lazyBuiltins, asciiOnly],
    // Most modules of a program are not used at most of its starts: none is compiled before it is.
    optimization: { pifeForModuleWrappers: false },
    platform: 'node',
    // protobufjs asks for it, and is told by proto/src/numbers.ts to do without.
    resolve: { alias: { long: join(top, 'scripts/no-long.cjs') } },
    transform: {
      define: { 'process.env.NESTWATCH_VERSION': JSON.stringify(version) },
      inject: name === 'nestwatch-agent' ? { 'Intl.DateTimeFormat': WITHOUT_ICU } : {},
    },
    logLevel: 'warn',
  });
  const file = join(top, 'dist', `${name}.mjs`);
  const { output } = await bundle.write({
    file,
    format: 'esm',
    minify: true,
    codeSplitting: false,
    banner: '#!/usr/bin/env node',
  });
  await bundle.close();
  writeFileSync(join(top, 'dist', `${name}.packages.json`), JSON.stringify(packagesIn(output)));
  console.error(`built dist/${name}.mjs, ${Math.round(statSync(file).size / 1024)} KiB`);
}

/** Names of the npm packages of which code is in a bundle: `npm run package` tells whose it is. */
function packagesIn(output) {
  const ids = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const names = ids.map((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

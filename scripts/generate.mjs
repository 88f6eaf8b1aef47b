// Generates proto/gen from proto/nestwatch/v1. The output is not kept in git: the
// build makes it again, so it cannot be stale.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const top = resolve(import.meta.dirname, '..');
const protoDir = join(top, 'proto');
const out = join(protoDir, 'gen');

const files = readdirSync(join(protoDir, 'nestwatch'), { recursive: true })
  .filter((name) => name.endsWith('.proto'))
  .map((name) => join(protoDir, 'nestwatch', name))
  .sort();

// What runs beside this reads the files of before until the new ones are whole.
const made = join(out, `.${process.pid}`);
mkdirSync(made, { recursive: true });
const pbjs = createRequire(import.meta.url).resolve('protobufjs-cli/bin/pbjs');
execFileSync(
  process.execPath,
  [
    pbjs,
    ...['-t', 'static-module', '-w', 'esm', '--dts', '--force-number', '-p', protoDir],
    ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
    ...['-o', join(made, 'nestwatch.js'), ...files],
  ],
  { stdio: 'inherit' },
);
for (const name of readdirSync(made)) renameSync(join(made, name), join(out, name));
rmSync(made, { recursive: true });

// Generates proto/gen from proto/nestwatch/v1. The output is not kept in git: the
// build makes it again, so it cannot be stale.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const top = resolve(import.meta.dirname, '..');
const protoDir = join(top, 'proto');
const out = join(protoDir, 'gen');

const files = readdirSync(join(protoDir, 'nestwatch'), { recursive: true })
  .filter((name) => name.endsWith('.proto'))
  .map((name) => join(protoDir, 'nestwatch', name))
  .sort();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const pbjs = createRequire(import.meta.url).resolve('protobufjs-cli/bin/pbjs');
execFileSync(
  process.execPath,
  [
    pbjs,
    ...['-t', 'static-module', '-w', 'esm', '--dts', '--force-number', '-p', protoDir],
    ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
    ...['-o', join(out, 'nestwatch.js'), ...files],
  ],
  { stdio: 'inherit' },
);

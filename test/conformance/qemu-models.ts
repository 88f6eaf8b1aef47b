import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenModel } from '@nestwatch/agent/capability/facts/cpu';
import { valueIn } from '@nestwatch/agent/host/host';
import type { Answer } from './comparison.ts';

const SOURCE = 'target/i386/cpu.c';
/** What QEMU fills in: the version of its machines that have these models. */
const VERSIONS = ['2.5+', '1.0'];
/** The least models say so. */
const LEAST = /^(QEMU (Virtual|TCG) CPU|Common (32-bit )?KVM)/;

/** The names that QEMU's models show to their guests, and whether we know them from a hardware's. */
export function compareWithQemuModels(source: string): Answer[] {
  return modelNames(readFileSync(join(source, SOURCE), 'utf8')).map((name) => ({
    case: name,
    field: 'CPU model',
    theirs: LEAST.test(name) ? 'default' : 'named',
    ours: valueIn(givenModel(name)) ?? 'unknown',
  }));
}

/** Names of all models and of their versions, each once. */
export function modelNames(source: string): string[] {
  const names = [...source.matchAll(/(?:\.model_id\s*=|"model-id",)\s*"([^"%]+)"/g)].map(
    ([, name = '']) => name,
  );
  const whole = names.flatMap((name) =>
    name.endsWith(' version ') ? VERSIONS.map((version) => name + version) : [name],
  );
  return [...new Set(whole)].sort();
}

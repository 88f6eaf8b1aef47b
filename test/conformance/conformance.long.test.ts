import { readFileSync } from 'node:fs';
import { messageOf } from '@nestwatch/common/errors';
import { describe, expect, test } from 'vitest';
import { MissingPackages } from '../../deploy/debian/missing.ts';
import type { Tally } from './comparison.ts';
import { askOracle } from './conformance.ts';
import { MEASURED } from './measured.ts';
import { ORACLES } from './oracles.ts';
import { renderOutcome } from './render.ts';

describe.each(ORACLES)('$name', (oracle) => {
  test(oracle.meaning, async (context) => {
    const note = (text: string) => void process.stderr.write(`${text}\n`);
    const outcome = await askOracle(oracle, { note, signal: context.signal }).catch((error: unknown) => {
      if (error instanceof MissingPackages) return context.skip(messageOf(error));
      throw error;
    });
    process.stdout.write(renderOutcome(outcome));
    const measured: Tally[] = JSON.parse(readFileSync(MEASURED, 'utf8'));
    expect(outcome.tallies).not.toEqual([]);
    expect(outcome.tallies).toEqual(measured.filter((each) => each.oracle === oracle.name));
    expect(outcome.differences).toEqual([]);
    expect(outcome.idle).toEqual([]);
  });
});

import { messageOf } from '@nestwatch/common/errors';
import { describe, expect, test } from 'vitest';
import { MissingPackages } from '../../deploy/debian/missing.ts';
import { askOracle } from './conformance.ts';
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
    expect(outcome.tallies).not.toEqual([]);
    expect(outcome.differences).toEqual([]);
    expect(outcome.idle).toEqual([]);
  });
});

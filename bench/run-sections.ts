import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import type { SectionResult } from './figure.ts';
import type { Section, SectionContext } from './section.ts';

export interface NamedResult extends SectionResult {
  name: string;
  meaning: string;
}

/** What was measured, by which machine and when. */
export interface Measured {
  machine: Readonly<Record<string, string>>;
  /** The day, as in 2026-11-28. */
  date: string;
  quick: boolean;
  results: NamedResult[];
}

/** Runs sections one after the other. One that fails is reported as absent with the reason, and the rest goes on. */
export async function runSections(
  sections: readonly Section[],
  context: SectionContext,
): Promise<NamedResult[]> {
  const results: NamedResult[] = [];
  for (const { name, meaning, run } of sections) {
    if (context.signal.aborted) break;
    const dir = join(context.dir, name);
    context.log.info(`section ${name}: ${meaning}`);
    try {
      results.push({ name, meaning, ...(await run({ ...context, dir })) });
    } catch (error) {
      context.log.error(`section ${name} failed`, { error: messageOf(error) });
      results.push({
        name,
        meaning,
        figures: [],
        absent: [{ id: name, what: meaning, reason: messageOf(error) }],
      });
    }
    if (!context.keep) rmSync(dir, { recursive: true, force: true });
  }
  return results;
}

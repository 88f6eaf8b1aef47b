import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = join(resolve(import.meta.dirname, '..'), 'kickstart');

function sectionsOf(name: string): readonly string[] {
  const text = readFileSync(join(folder, name), 'utf8');
  return [...text.matchAll(/^%post[^\n]*\n([\s\S]*?)^%end$/gm)].map((match) => match[1] ?? '');
}

/** The shell of each %post section of the kickstart file. */
export const postSections = sectionsOf('nestwatch-agent.ks');
/** Of the one that joins by an invitation. */
export const [invitedSection = ''] = sectionsOf('nestwatch-invited.ks');

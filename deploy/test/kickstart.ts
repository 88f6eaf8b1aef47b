import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const file = join(resolve(import.meta.dirname, '..'), 'kickstart/nestwatch-agent.ks');

/** The shell of each %post section of the kickstart file. */
export const postSections: readonly string[] = [
  ...readFileSync(file, 'utf8').matchAll(/^%post[^\n]*\n([\s\S]*?)^%end$/gm),
].map((match) => match[1] ?? '');

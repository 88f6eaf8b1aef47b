import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's top: above its sources, and above dist/, into which programs are built. */
export const top = topAbove(import.meta.dirname);

function topAbove(folder: string): string {
  const above = dirname(folder);
  return above === folder || existsSync(join(above, 'package-lock.json')) ? above : topAbove(above);
}

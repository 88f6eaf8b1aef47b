import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { UsageError } from '@nestwatch/common/errors';
import { top } from '../../local/top.ts';
import { BANDS_FILE, bandsFile } from '../bands/bands-file.ts';
import type { ObserveContext } from '../settings.ts';
import { readSets } from '../store.ts';
import { charts, observatoryPage } from './page.ts';

/** `npm run observe -- page`. @throws UsageError where nothing was observed */
export async function writePage({ config, stdout }: ObserveContext): Promise<number> {
  const sets = readSets(config.out);
  if (sets.length === 0)
    throw new UsageError(`${config.out} has no results: make some with "npm run observe"`);
  const docs = join(top, 'docs');
  const page = join(docs, 'evidence/observatory.md');
  mkdirSync(join(docs, 'images'), { recursive: true });
  for (const [name, text] of charts(sets)) writeFileSync(join(docs, 'images', name), text);
  writeFileSync(page, observatoryPage(sets));
  writeFileSync(BANDS_FILE, bandsFile(sets));
  stdout.write(
    `wrote ${sets.length} sets of kernels to ${page}, and what is usual for them to ${BANDS_FILE}\n`,
  );
  return EXIT.ok;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './documents.ts';

const folder = process.argv[2] ?? 'docs';
for (const [name, text] of documents()) writeFileSync(join(folder, name), text);

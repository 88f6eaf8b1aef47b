import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './index.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder to write the dashboards to');
for (const [name, text] of files()) writeFileSync(join(folder, name), text);

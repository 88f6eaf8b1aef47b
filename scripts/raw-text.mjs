import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** `import text from './file?raw'` gives a file as text, as Vite does in the tests. */
export const rawText = {
  name: 'raw-text',
  resolveId: (source, importer) =>
    source.endsWith('?raw') ? `\0${resolve(dirname(importer), source)}` : undefined,
  load: (id) =>
    id.startsWith('\0') && id.endsWith('?raw')
      ? { code: `export default ${JSON.stringify(readFileSync(id.slice(1, -4), 'utf8'))};`, moduleType: 'js' }
      : undefined,
};

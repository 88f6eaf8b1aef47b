// `npm start`, `npm run lab` and their like: makes everything ready, then runs dist/nestwatch-<name>.mjs in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensurePackages, top } from './prepare.mjs';

const [name, ...args] = process.argv.slice(2);
ensurePackages();
ensureBuilt();
const program = join(top, 'dist', `nestwatch-${name}.mjs`);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);

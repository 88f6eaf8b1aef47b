import { resolve } from 'node:path';

/** The project's top: programs are built into dist/, one folder below it. */
export const top = resolve(import.meta.dirname, '..');

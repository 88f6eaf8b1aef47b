import { isBuiltin } from 'node:module';

/** Needed at every start. */
const ALWAYS = new Set(['node:module', 'node:fs', 'node:path']);
const MARK = '\0lazy:';

/**
 * Loads Node's own modules where they are first used. What a bundle imports from them stands at its head otherwise, and
 * is loaded at every start, needed or not: HTTP, TLS and the like are a fifth of Node's own start.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId(source, importer) {
    if (!isBuiltin(source) || ALWAYS.has(source)) return undefined;
    if (importer?.startsWith(MARK)) return { id: source, external: true };
    return `${MARK}${source.startsWith('node:') ? source : `node:${source}`}`;
  },
  load: (id) =>
    id.startsWith(MARK)
      ? { code: `module.exports = require(${JSON.stringify(id.slice(MARK.length))});`, moduleType: 'js' }
      : undefined,
};

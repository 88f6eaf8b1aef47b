import { builtinModules, createRequire, isBuiltin } from 'node:module';

/** Needed at every start. */
const ALWAYS = new Set(['node:module', 'node:fs', 'node:path']);
const MARK = '\0lazy:';
const require = createRequire(import.meta.url);

/**
 * Loads Node's own modules where something of them is first used. What a bundle imports from them stands at its head
 * otherwise, and is loaded at every start, needed or not: HTTP, TLS and the like are a fifth of Node's own start. And what
 * is loaded stays in memory: an agent that never serves a benchmark needs no HTTP.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId(source, importer) {
    if (!isBuiltin(source) || ALWAYS.has(source)) return undefined;
    if (importer?.startsWith(MARK)) return { id: source, external: true };
    return `${MARK}${source.startsWith('node:') ? source : `node:${source}`}`;
  },
  load: (id) =>
    id.startsWith(MARK) ? { code: loaderOf(id.slice(MARK.length)), moduleType: 'js' } : undefined,
};

/** A module that looks like Node's own, and asks for that with the first property that is read. */
function loaderOf(source) {
  const load = `require(${JSON.stringify(source)})`;
  const own = builtinModules.includes(source.replace('node:', '')) ? require(source) : undefined;
  // Some are a function with properties, which may be extended where it is imported, or inherit what they can do.
  if (typeof own !== 'object' || Object.getPrototypeOf(own) !== Object.prototype)
    return `module.exports = ${load};`;
  const names = Object.keys(own).join(' ');
  return `let own;
for (const name of ${JSON.stringify(names)}.split(' '))
  Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => (own ??= ${load})[name] });`;
}

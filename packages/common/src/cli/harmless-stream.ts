import { escapedLines } from '../harmless.ts';
import { wantsColours } from './colour.ts';

/**
 * The same stream, for texts that have names and words of others in them: of what would do something on a terminal only
 * our own colours pass, and these only to a terminal that wants them.
 */
export function harmlessStream(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): NodeJS.WriteStream {
  const colours = wantsColours(stream, env);
  const write = (given: string | Uint8Array, ...rest: unknown[]) =>
    Reflect.apply(stream.write, stream, [
      typeof given === 'string' ? escapedLines(given, { colours }) : given,
      ...rest,
    ]);
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

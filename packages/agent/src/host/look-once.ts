import type { Found, Host } from './host.ts';

/**
 * A host for one look at a machine from many sides: a text that several ask for is read once, and all get the same
 * answer. To be thrown away after the look. Long lists of names are not kept, as few ask for them again.
 */
export function lookOnce(host: Host): Host {
  const answers = new Map<string, Promise<Found<string>>>();
  return {
    ...host,
    read(path, maxBytes) {
      const question = `${path} ${maxBytes}`;
      const answer = answers.get(question) ?? host.read(path, maxBytes);
      answers.set(question, answer);
      return answer;
    },
  };
}

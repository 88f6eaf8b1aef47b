import type { Found, Host } from './host.ts';

/**
 * A host for one look at a machine from many sides: what several ask is read once, and all get the same answer. To be
 * thrown away after the look. What is more than reading, such as opening a device, is done each time.
 */
export function lookOnce(host: Host): Host {
  const reads = createOnce<string>();
  const lists = createOnce<string[]>();
  const links = createOnce<string>();
  return {
    ...host,
    read: (path, maxBytes) => reads(`${path} ${maxBytes}`, () => host.read(path, maxBytes)),
    list: (path) => lists(path, () => host.list(path)),
    link: (path) => links(path, () => host.link(path)),
  };
}

function createOnce<T>() {
  const answers = new Map<string, Promise<Found<T>>>();
  return (question: string, ask: () => Promise<Found<T>>): Promise<Found<T>> => {
    const answer = answers.get(question) ?? ask();
    answers.set(question, answer);
    return answer;
  };
}

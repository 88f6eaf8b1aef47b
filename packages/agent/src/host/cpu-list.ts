/** Most numbers of one list: more than any machine has CPUs. */
const MOST = 8192;

/** The numbers of a list such as "0-3,8" (cpuset(7), "List format"); what is not understood is not in it. */
export function parseCpuList(text: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const part of text.trim().split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    for (let at = Number(first); at <= Number(last) && numbers.size < MOST; at += 1) numbers.add(at);
  }
  return numbers;
}

/** The shortest list of these numbers. */
export function formatCpuList(numbers: Iterable<number>): string {
  const parts: [number, number][] = [];
  for (const number of [...numbers].sort((one, two) => one - two)) {
    const last = parts.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

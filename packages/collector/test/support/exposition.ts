/** What is wrong with a text that Prometheus reads, by the rules of `promtool check metrics`. */
export function remarksOn(text: string): string[] {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  const helped = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unread = samples.filter((line) => !/^[a-zA-Z_:][\w:]*(\{[^\n]*\})? \S+$/.test(line));
  const untyped = samples
    .map((line) => /^[\w:]+/.exec(line)?.[0] ?? '')
    .filter((name) => !isTyped(types, name));
  return [
    ...unread.map((line) => `${line}: cannot be read`),
    ...new Set(untyped.map((name) => `${name}: no type`)),
    ...[...types].flatMap(([name, type]) => [
      ...(helped.has(name) ? [] : [`${name}: no help text`]),
      ...remarksOnName(name, type),
    ]),
  ];
}

function isTyped(types: ReadonlyMap<string, string>, name: string): boolean {
  return (
    types.has(name) ||
    ['histogram', 'summary'].includes(types.get(name.replace(/_(bucket|sum|count)$/, '')) ?? '')
  );
}

const UNITS = /_(milli|micro|nano)seconds|_(kilo|mega|giga)bytes|_minutes|_hours|_days|_percent/;
const ABBREVIATED = /_(s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)(_|$)/;

function remarksOnName(name: string, type: string): string[] {
  const found: [boolean, string][] = [
    [type === 'counter' && !name.endsWith('_total'), 'counter without _total'],
    [type !== 'counter' && name.endsWith('_total'), 'no counter, and _total'],
    [
      /_(count|sum|bucket)$/.test(name) && type !== 'histogram' && type !== 'summary',
      'a suffix of histograms',
    ],
    [UNITS.test(name), 'no base unit'],
    [ABBREVIATED.test(name), 'an abbreviated unit'],
    [/[A-Z:]/.test(name), 'no snake_case'],
    [name.includes(`_${type}`), 'its type in its name'],
  ];
  return found.filter(([is]) => is).map(([, remark]) => `${name}: ${remark}`);
}

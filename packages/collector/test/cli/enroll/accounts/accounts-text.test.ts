import { expect, test } from 'vitest';
import { accountsText } from '../../../../src/cli/enroll/accounts/accounts-text.ts';
import { COLLECTOR, nodeMember, personMember } from '../../../../src/cli/enroll/accounts/member.ts';

const key = (letter: string) => `U${letter.repeat(55)}`;
const a = nodeMember('lab', 'a');
const b = nodeMember('lab', 'b');
const two = accountsText(
  accountsText('').put([
    { member: COLLECTOR, keys: [key('C')] },
    { member: a, keys: [key('A')] },
  ]),
);

test('members stand in order, each with its keys', () => {
  const file = accountsText(two.put([{ member: b, keys: [key('B'), key('D')] }]));
  expect(file.names).toEqual(['collector', 'node lab/a', 'node lab/b']);
  expect(file.keysOf('node lab/b')).toEqual([key('B'), key('D')]);
  expect(file.ownerOf(key('D'))).toBe('node lab/b');
  expect(file.ownerOf(key('E'))).toBeUndefined();
});

test('a member that is put again has the new keys only, where it stood', () => {
  const file = accountsText(two.put([{ member: a, keys: [key('E')] }]));
  expect(file.names).toEqual(two.names);
  expect(file.keysOf('node lab/a')).toEqual([key('E')]);
});

test('taking out what was put gives the text of before', () => {
  expect(accountsText(two.put([{ member: b, keys: [key('B')] }])).without('node lab/b')).toBe(two.text);
});

test('what a person wrote around the blocks stays, in any form of lines', () => {
  const own = two.text
    .replace('accounts {', 'accounts {\n  MINE { users: [ { user: "x # {", password: y } ] } # my [ own')
    .replaceAll('\n', '\r\n');
  const file = accountsText(own).put([{ member: b, keys: [key('B')] }]);
  expect(file).toContain('MINE { users: [ { user: "x # {", password: y } ] } # my [ own');
  expect(accountsText(file).names).toContain('node lab/b');
});

test('ids that look alike have accounts of their own', () => {
  const members = [nodeMember('a-b', 'c'), nodeMember('a', 'b-c'), personMember('operator', 'a')];
  expect(new Set(members.map(({ account }) => account)).size).toBe(3);
});

test("an older version's blocks are written anew, exports whenever anything is put", () => {
  const line = '{ service: "nestwatch.*.*.turn" }';
  const lines = two.text.split('\n');
  const older = lines.filter((each) => !each.includes('lab.a.turn') && each.trim() !== line).join('\n');
  expect(older).not.toContain(line);
  // Without the right sum it counts as changed by hand.
  expect(() => accountsText(older).put([{ member: b, keys: [key('B')] }])).toThrow('edited by hand');
  expect(accountsText(older).refreshed()).toBe(two.text);
});

test.each([
  [
    'a block changed by hand',
    [key('A'), `${key('A')} # mine`],
    /block "node lab\/a", lines \d+ to \d+, was edited by hand.*--refresh/,
  ],
  [
    'a block without an end',
    [/.*# end of node lab\/a.*/, ''],
    /block "node lab\/a" of line \d+ has no line "# end of node lab\/a"/,
  ],
  ['an end without a block', [/.*# node lab\/a\n/, ''], /line \d+ ends the block "node lab\/a"/],
  [
    'a block twice',
    [/( *# node lab\/a[\s\S]*# end of node lab\/a.*\n)/, '$1$1'],
    /begins a second block "node lab\/a"/,
  ],
  ['a brace too many', ['accounts {', 'accounts {\n }}'], /line \d+ has a "}" that closes nothing/],
  ['a brace that stays open', ['accounts {', 'x {\naccounts {'], /the "{" of line \d+ is never closed/],
  [
    'a bracket that a brace closes',
    ['accounts {', 'x [\n}\naccounts {'],
    /line \d+ has a "}" that closes nothing/,
  ],
  [
    'the mark is gone',
    [/.*puts accounts above this line/, ''],
    /the line "# nestwatch puts accounts above.* is missing/,
  ],
  [
    'the mark is there twice',
    [/( *# nestwatch puts accounts.*\n)/, '$1$1'],
    /stands twice, in lines \d+ and \d+/,
  ],
  [
    'the mark is elsewhere',
    [/( *# nestwatch puts accounts.*\n)([\s\S]*)/, '$2$1'],
    /is at the top level; it belongs in accounts/,
  ],
  ['exports are gone', [/ *# exports[\s\S]*# end of exports.*\n/, ''], /the block "# exports" is missing/],
  ['a name that cannot be', [/node lab\/a/g, 'node lab/a/b'], /"node lab\/a\/b" is not a name/],
  ['an old file of users', [/[\s\S]*/, '# old\nusers: [\n]\n'], /enroll --migrate/],
] as const)('%s: nothing is written, and it is said what and what to do', (_, [from, to], message) => {
  const text = two.text.replace(from, to);
  expect(text).not.toBe(two.text);
  const edit = () => {
    accountsText(text).put([{ member: b, keys: [key('B')] }]);
    accountsText(text).without('node lab/a');
  };
  expect(edit).toThrow(message);
});

test('who is not there cannot be taken out, and it is said who is', () => {
  expect(() => two.without('node lab/c')).toThrow('it has no node lab/c; it has collector, node lab/a');
});

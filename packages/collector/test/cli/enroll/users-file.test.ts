import { expect, test } from 'vitest';
import { collectorPermissions, sharedNodePermissions } from '../../../src/cli/enroll/permissions.ts';
import {
  strangersIn,
  userBlock,
  usersIn,
  withoutUser,
  withUser,
} from '../../../src/cli/enroll/users-file.ts';

const user = (name: string, publicKey: string) => ({
  ...{ name, publicKey },
  permissions: { publish: [`nestwatch.${name}`], subscribe: ['_INBOX.x.>'] },
});

test('users are added in order, and replaced where they stand', () => {
  let text = withUser('', user('node a', 'UA'));
  text = withUser(text, user('node b', 'UB'));
  expect(text).toContain('nkey: UA');
  expect(text.indexOf('UA')).toBeLessThan(text.indexOf('UB'));
  text = withUser(text, user('node a', 'UA2'));
  expect(text.match(/nkey: /g)?.length).toBe(2);
  expect(text).not.toMatch(/nkey: UA$/m);
  expect(text).toContain('nkey: UA2');
});

test('what somebody wrote into the file by hand stays', () => {
  const own = 'users: [\n  # a monitor\n  { nkey: UMONITOR }\n]\n';
  expect(withUser(own, user('node a', 'UA'))).toContain('{ nkey: UMONITOR }');
});

test('a file without a list of users is refused', () => {
  expect(() => withUser('authorization {}', user('node a', 'UA'))).toThrow('"]"');
});

test('no permission of a node reaches beyond its own name and its lab, and none creates anything', () => {
  const { publish, subscribe } = sharedNodePermissions('lab', 'n1');
  for (const subject of publish) {
    expect(subject).not.toMatch(/\.(CREATE|UPDATE|DELETE|PURGE|MSG)\.|\$JS\.ACK/);
    if (subject.startsWith('nestwatch.')) expect(subject).toMatch(/^nestwatch\.lab\.n1\.[a-z]+$/);
  }
  for (const subject of subscribe) expect(subject).toContain('.lab');
  expect(userBlock({ name: 'n', publicKey: 'U', permissions: collectorPermissions() })).toContain('"$KV.>"');
});

const KEY = 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4';

test('who is in a file of users can be read and taken out, and what is not of our making is told', () => {
  const file = withUser(withUser('', user('node lab/a', KEY)), user('collector', KEY));
  expect(usersIn(file).map(({ name }) => name)).toEqual(['node lab/a', 'collector']);
  expect(withoutUser(file, 'node lab/a')).toBe(withUser('', user('collector', KEY)));
  expect(() => withoutUser(file, 'node lab/b')).toThrow('node lab/b not found');
  expect(strangersIn(file)).toEqual([]);
  expect(strangersIn(file.replace('users: [', 'users: [\n  { nkey: UMONITOR }'))).toEqual([
    'line 2: { nkey: UMONITOR }',
  ]);
  const secrets = ['{ user: a, password: s3cret }', '{user=a,pass="s3 cret"}', '"token": \'s3cret\''];
  const told = strangersIn(file.replace('users: [', ['users: [', ...secrets].join('\n'))).join('\n');
  expect(told).toContain('user: a, password: ***');
  expect(told).not.toContain('cret');
});

test('a user of whom the end or the key is missing is named', () => {
  const file = withUser('', user('node lab/a', KEY));
  expect(() => usersIn(file.replace('# end of node lab/a', ''))).toThrow('"# node lab/a"');
  expect(() => usersIn(file.replace(KEY, 'UA'))).toThrow('"# node lab/a"');
});

/** Options of `nestwatch enroll` and `revoke`: true for a switch. Apart from the commands, so that --help need not load them. */
const who = {
  lab: false,
  collector: true,
  operator: false,
  'read-only': false,
  accounts: false,
  users: false,
};
const whoMeanings = {
  lab: 'lab the node belongs to (default "default")',
  collector: 'a collector instead of a node',
  operator: 'a person who may silence alerts, ask for rounds and decide, by this name',
  'read-only': 'a person who may only look, by this name',
  accounts: 'accounts.conf, which nats-server.conf includes at its top level; made where it is missing',
};

export const enrollOptions = {
  ...who,
  key: false,
  'public-key': false,
  rotate: true,
  replace: true,
  refresh: true,
  migrate: false,
  server: false,
  nsc: true,
};
export const enrollMeanings = {
  ...whoMeanings,
  users: 'the way of before, a list of users in one account: nothing keeps nodes from ruling JetStream there',
  key: 'file to write the new key to (default <lab>-<node>.nk here), which must not exist; "-" prints it',
  'public-key': 'use this public key, whose seed was made elsewhere, and write none',
  rotate: 'add a key beside the one there is; "nestwatch revoke --old-key" ends the old one',
  replace: 'let this key take the place of the one there is, which ends at the next reload',
  refresh: 'write all blocks of accounts.conf as this version does, with the keys that are there',
  migrate: 'move all who are in this file of users to accounts.conf, with the keys that they have',
  server: 'with --migrate: nats-server.conf, to be changed too (default beside the file of users)',
  nsc: 'print commands of nsc instead, for a server in operator mode',
};

export const revokeOptions = { ...who, 'old-key': true };
export const revokeMeanings = {
  ...whoMeanings,
  accounts: 'accounts.conf, from which to take it out',
  users: 'the file of users, from which to take it out',
  'old-key': 'only the older keys, after "nestwatch enroll --rotate"',
};

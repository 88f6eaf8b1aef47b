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
  operator: 'an operator with this name, who may silence alerts, start rounds and decide disputes',
  'read-only': 'a person with this name and read-only access',
  accounts: 'accounts.conf, which nats-server.conf includes at its top level; created if missing',
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
  users: 'users file of earlier versions: one account, in which any node can control JetStream',
  key: 'new file for the key (default <lab>-<node>.nk in this folder); "-" prints it',
  'public-key': 'use this public key instead of a new key',
  rotate: 'add a second key; "nestwatch revoke --old-key" ends the old one',
  replace: 'replace the key; the old one ends at the next reload',
  refresh: 'update all blocks of accounts.conf to this version, with the same keys',
  migrate: 'move all members of this users file to accounts.conf, with the same keys',
  server: 'with --migrate: nats-server.conf, which is changed too (default: beside the users file)',
  nsc: 'print nsc commands instead, for a server in operator mode',
};

export const revokeOptions = { ...who, 'old-key': true };
export const revokeMeanings = {
  ...whoMeanings,
  accounts: 'remove it from this accounts.conf',
  users: 'remove it from this users file',
  'old-key': 'remove only the older keys, after "nestwatch enroll --rotate"',
};

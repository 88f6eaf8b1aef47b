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
  leaf: false,
  store: true,
  remote: false,
  folder: false,
  at: false,
  tls: false,
  remove: true,
};
export const enrollMeanings = {
  ...whoMeanings,
  lab: 'lab of the node (default "default"); with --leaf: labs of the site, with commas between them',
  users: 'users file of earlier versions: one account, in which any node can control JetStream',
  key: 'new file for the key (default <lab>-<node>.nk in this folder); "-" prints it',
  'public-key': 'use this public key instead of a new key',
  rotate: 'add a second key; "nestwatch revoke --old-key" ends the old one',
  replace: 'replace the key; the old one ends at the next reload',
  refresh: 'update all blocks of accounts.conf to this version, with the same keys',
  migrate: 'move all members of this users file to accounts.conf, with the same keys',
  server:
    'with --migrate and --leaf: nats-server.conf, which is changed too (default: beside the other file)',
  nsc: 'print nsc commands instead, for a server in operator mode',
  leaf: 'the NATS server of the site with this name, as a leaf node of this NATS',
  store: 'with --leaf: the site keeps messages in its own stream, for lines that can be down for days',
  remote:
    'with --leaf: address of this NATS as the site sees it, such as tls://nats.example.org:7422; or several, with commas',
  folder: 'with --leaf: folder for the files of the site (default: <site>-leaf in this folder)',
  at: 'with --leaf: folder of these files at the site (default /etc/nats/nestwatch)',
  tls: 'with --leaf: folder with server.pem, server.key and ca.pem of this NATS (default: tls beside accounts.conf)',
  remove: 'with --leaf: remove the site; after the last site, also the other changes that --leaf made',
};

export const revokeOptions = { ...who, 'old-key': true };
export const revokeMeanings = {
  ...whoMeanings,
  accounts: 'remove it from this accounts.conf',
  users: 'remove it from this users file',
  'old-key': 'remove only the older keys, after "nestwatch enroll --rotate"',
};

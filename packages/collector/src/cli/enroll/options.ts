/** Options of `nestwatch enroll`: true for a switch. Apart from the command, so that --help need not load it. */
export const enrollOptions = { lab: false, key: false, 'public-key': false, users: false, collector: true };
export const enrollMeanings = {
  lab: 'lab the node belongs to (default "default")',
  key: 'file to write the new key to (default <lab>-<node>.nk here); it must not exist',
  'public-key': 'use this public key, whose seed was made elsewhere, and write none',
  users: 'file of users that nats-server includes: put the user in, or in place of the old one',
  collector: 'a key for a collector instead of a node',
};

/** Options of `nestwatch invite`: true for a switch. Apart from the command, so that --help need not load it. */
export const inviteOptions = {
  lab: false,
  uses: false,
  ttl: false,
  node: false,
  replace: false,
  accounts: false,
  list: true,
  end: false,
  release: false,
  json: true,
};
export const inviteMeanings = {
  lab: 'lab that the guests join (default "default")',
  uses: 'how many guests may use it (default 1)',
  ttl: 'how long it is valid, such as 30m, 1h or 7d (default 1h)',
  node: 'only for this new id',
  replace: 'for this existing id, whose old key ends; requires --accounts',
  accounts: 'with --replace: accounts.conf; the request is written beside it',
  list: 'show all invitations, and the nodes that used them',
  end: 'end the invitation with this id',
  release: 'let a node with this id come back with another key, after "nestwatch revoke" removed the old one',
  json: 'print JSON',
};

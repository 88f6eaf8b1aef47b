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
  lab: 'lab that the guests come to (default "default")',
  uses: 'how many guests may come by it (default 1)',
  ttl: 'how long it holds, such as 30m, 1h or 7d (default 1h)',
  node: 'for this new id alone',
  replace: 'for this id, whose old key ends; needs --accounts',
  accounts: 'with --replace: accounts.conf, beside which that is written',
  list: 'show the invitations that there are, and who came by them',
  end: 'end the invitation with this id',
  release: 'let a node of this id come with another key, after "nestwatch revoke" put the old one out',
  json: 'print JSON',
};

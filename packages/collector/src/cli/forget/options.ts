/** Options of `nestwatch forget`: true for a switch. Apart from the command, so that --help need not load it. */
export const forgetOptions = { lab: false, accounts: false, reload: false, pid: false, json: true };
export const forgetMeanings = {
  lab: 'lab the node belongs to (default "default")',
  accounts:
    'accounts.conf, from which to take it out (default /etc/nats/nestwatch/accounts.conf, where that is)',
  reload: 'script that lets NATS take that over (default /usr/share/nestwatch/nats/reload.sh, where that is)',
  pid: 'process of the server, where several run here',
  json: 'print JSON',
};

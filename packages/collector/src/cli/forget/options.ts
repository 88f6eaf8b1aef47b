/** Options of `nestwatch forget`: true for a switch. Apart from the command, so that --help need not load it. */
export const forgetOptions = { lab: false, accounts: false, reload: false, pid: false, json: true };
export const forgetMeanings = {
  lab: 'lab the node belongs to (default "default")',
  accounts: 'remove it from this accounts.conf (default /etc/nats/nestwatch/accounts.conf, if it exists)',
  reload: 'script that reloads NATS (default /usr/share/nestwatch/nats/reload.sh, if it exists)',
  pid: 'process of the NATS server, if several run here',
  json: 'print JSON',
};

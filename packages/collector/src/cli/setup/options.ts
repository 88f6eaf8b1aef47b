/** Options of `nestwatch setup`: true for a switch. Apart from the command, so that --help need not load it. */
export const setupOptions = {
  lab: false,
  node: false,
  address: false,
  packages: false,
  'nats-port': false,
  operator: false,
  'no-start': true,
  'dry-run': true,
  remove: true,
  root: false,
};
export const setupMeanings = {
  lab: 'lab of this machine, the hypervisor (default "default")',
  node: 'id of this machine in its lab (default: the UUID of its firmware)',
  address:
    'address of this machine that guests reach; 0.0.0.0 for all (default: the address of the only bridge)',
  packages: 'folder with the packages for guests (default /usr/share/nestwatch/packages)',
  'nats-port': 'port of NATS (default 4222)',
  operator: 'name of the operator who gets a key (default: the current user)',
  'no-start': 'start no service, and print the commands that start them',
  'dry-run': 'change nothing, and show the steps',
  remove: 'undo what setup made, and nothing else',
  root: 'folder to use as /, for images',
};

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
  node: "id of this machine in its lab (default one made of its firmware's UUID)",
  address:
    'address of this machine that guests reach; 0.0.0.0 is every one (default that of the only bridge)',
  packages: 'folder with the packages for guests (default what /usr/share/nestwatch/packages has)',
  'nats-port': 'port of NATS (default 4222)',
  operator: 'name of the operator whose key is made (default who runs it)',
  'no-start': 'start no service, and say what starts them',
  'dry-run': 'change nothing, and show what is to do',
  remove: 'take back what setup made, and nothing else',
  root: 'folder that stands for /, for images',
};

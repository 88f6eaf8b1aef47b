/** Where things are on a machine that is set up. */
export const SHARE = '/usr/share/nestwatch';
export const CONF = '/etc/nestwatch';
/** Configuration of NATS. */
export const NATS = '/etc/nats/nestwatch';
export const ACCOUNTS = `${NATS}/accounts.conf`;
/** What Debian's unit starts nats-server with. */
export const SERVER_CONF = '/etc/nats-server.conf';
export const AUTHORITY = `${CONF}/nats-ca.pem`;
/** The key of packages, for root alone. */
export const PACKAGES_KEY = `${CONF}/packages.nk`;
export const PACKAGES = `${SHARE}/packages`;

export const COLLECTOR_GROUP = 'nestwatch-collector';
export const AGENT_GROUP = 'nestwatch-agent';
/** User and group of Debian's nats-server. */
export const NATS_USER = 'nats';

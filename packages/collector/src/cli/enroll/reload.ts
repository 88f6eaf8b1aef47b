/** What to do after a change of the server's configuration, for people. */
export const RELOAD = 'run "nats-server --signal reload"';

/**
 * Versions 2.9 to 2.15 link the imports of a new account only at the second reload.
 * deploy/nats/reload.sh does it.
 */
export const RELOAD_TWICE = `${RELOAD} twice, one second apart: a new account works after the second reload`;

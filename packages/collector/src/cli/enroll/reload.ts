/** What to do after a change of the server's configuration, for people. */
export const RELOAD = 'run "nats-server --signal reload"';

/** Up to the newest version that was tried, the server links the imports of an account that is new only at a second reload. */
export const RELOAD_TWICE = `${RELOAD} twice, with a second between: the server links a new account at the second`;

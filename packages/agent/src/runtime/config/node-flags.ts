/**
 * How Node is to be started for the agent, wherever that is done; docs/evidence/agent-cost.md has what each is worth.
 *
 * A small young generation: the agent allocates little, and 16 MB of semi-spaces would stay resident. Code size before
 * speed, and no compiling at all: the same few functions run every ten seconds, so compiled code would never earn what
 * it cost. One thread: helpers for so little garbage cost more CPU in waking up than they take off.
 *
 * Not --jitless, which comes to the same: it also takes WebAssembly away, and Node up to 22 then warns at each start.
 */
export const AGENT_NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--single-threaded',
  '--no-opt',
  '--no-sparkplug',
  '--regexp-interpret-all',
] as const;

/**
 * Two threads for files and names, not four. Not one: a file that hangs (the memory of a stuck process) would then
 * hold up the outbox.
 */
export const AGENT_NODE_ENV = { UV_THREADPOOL_SIZE: '2' } as const;

import { cpus, release, totalmem } from 'node:os';

/** What the figures were measured on: nothing that names the machine. */
export function describeMachine(): Record<string, string> {
  const all = cpus();
  return {
    CPU: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    Node: process.versions.node,
  };
}

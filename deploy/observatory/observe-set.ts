import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openConsole } from '../lab/cascade/console.ts';
import { makeConfigDisk, makeScratchDisk } from '../lab/cascade/disks.ts';
import { layOut } from '../lab/cascade/layout.ts';
import { outerCommandLine } from '../lab/cascade/outer-machine.ts';
import { readTscKhz } from '../lab/cascade/speed.ts';
import { chain } from '../lab/cascade/tree.ts';
import type { SystemImage } from '../lab/image/system-image.ts';
import type { Run } from '../local/with-processes.ts';
import { createConversation } from './conversation.ts';
import { EVENT_WORDS, STACK_EVENT } from './counts.ts';
import { observeBoot } from './observe-boot.ts';
import type { Limits } from './observe-layer.ts';
import type { Observed } from './result.ts';
import type { Work } from './works/list.ts';
import { workProgram } from './works/program.ts';
import { programParts } from './works/works.ts';

export interface BootPlan {
  readonly folder: string;
  readonly system: SystemImage;
  readonly layers: number;
  readonly cpus: number;
  /** Of the scheduler, as the kernel writes them. */
  readonly features: readonly string[];
  readonly speed: number;
  readonly idleSeconds: number;
  readonly works: readonly Work[];
  readonly limits: Limits;
}

/** Boots one cascade that is observed, from guest0 on, counts, and ends it. */
export async function observeOnce(plan: BootPlan, run: Run): Promise<Observed> {
  const { folder, system, cpus, speed } = plan;
  const startedMs = performance.now();
  const at = new Date().toISOString();
  await mkdir(folder, { recursive: true });
  const machines = layOut(chain(plan.layers));
  const programs = Object.entries(programParts(plan.idleSeconds));
  const configDisk = await makeConfigDisk(system.tree, folder, {
    machines,
    parts: system.layers,
    agentEnv: {},
    withoutNestedPaging: [],
    more: {
      env: {
        OBSERVED: '1',
        CPUS: String(cpus),
        EVENTS: EVENT_WORDS,
        STACKS: STACK_EVENT,
        FEATURES: plan.features.join(' '),
      },
      works: new Map(programs.map(([name, parts]) => [name, workProgram(parts)])),
    },
  });
  const scratchDisk = await makeScratchDisk(system.tree, folder, machines);
  const conversation = createConversation(folder, run.stop);
  const busybox = join(system.tree, 'bin/busybox');
  const console = await openConsole(folder, { busybox, onLine: conversation.line });
  const { program, args, env } = outerCommandLine({
    system,
    configDisk,
    scratchDisk,
    machine: machines[0],
    accelerator: 'tcg',
    consolePath: console.path,
    serialLog: join(folder, 'guest0-kernel.log'),
    speed,
    cpus,
    tscKhz: readTscKhz(),
  });
  // A kernel that ends guest0's machine is a finding, and not the end of all.
  const onDeath = (name: string, how: string) =>
    conversation.line({ layer: 'guest0', text: `${name} ended with ${how}` });
  const child = run.processes.start('guest0', program, args, { env, onDeath });
  try {
    const idleMs = (plan.idleSeconds * 1000) / speed;
    const observed = await observeBoot({ ...plan, conversation, idleMs, say: run.say });
    return { at, seconds: Math.round((performance.now() - startedMs) / 1000), cpus, ...observed };
  } finally {
    await run.processes.stop(child);
    console.close();
  }
}

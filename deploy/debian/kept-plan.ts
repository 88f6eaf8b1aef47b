import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonFile } from '@nestwatch/common/json-file';
import { type AptOptions, createApt } from './apt.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { PackageFile } from './printed.ts';

export interface PlanOptions extends AptOptions {
  packages: readonly string[];
  /** Without what they need. */
  alone?: boolean;
  /** Folder for what may be deleted and had again. */
  cache: string;
}

/** What a suite has for a request. */
export interface Plan {
  files: PackageFile[];
  /** When the mirror said so, Unix milliseconds. */
  atMs: number;
  /** Where the newest available version is unpacked, if any: a name in the cache. */
  folder?: string;
}

/** After this time the mirror is asked again. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

/**
 * Which files packages of a suite consist of, kept in a file of the cache. So the lists of a suite are read once a week,
 * whoever asks, and in one folder for each suite.
 */
export function keptPlan(options: PlanOptions) {
  const { suite, packages, alone = false, cache } = options;
  const sorted = [...packages].sort();
  const name = `${suite ?? 'own'}-${sorted.join('+')}`.slice(0, 80);
  const request = `${name}-${sha256(JSON.stringify([sorted, alone]))}`;
  const kept = jsonFile<Plan>(join(cache, `${request}.json`), (json) => planIn(json));
  const apt = createApt(join(cache, 'apt', suite ?? 'own'), options);

  function fresh(): Plan | undefined {
    const plan = kept.read();
    return plan !== undefined && Date.now() - plan.atMs < ASK_AGAIN_MS ? plan : undefined;
  }

  async function ask(): Promise<Plan> {
    const files = await (alone ? apt.planAlone(packages) : apt.plan(packages));
    const plan: Plan = { ...kept.read(), files, atMs: Date.now() };
    await kept.write(plan);
    return plan;
  }

  return {
    /** Begins the names of all that is kept for the request. */
    request,
    /** What is kept, of whatever age. */
    read: kept.read,
    /** What is kept, unless that is older than a week. */
    fresh,
    /**
     * What is kept, or what the mirror says when that is older than a week. One process at a time may ask: see `aloneWith`.
     * @throws UsageError when the mirror cannot be asked, or has no such package
     */
    have: async () => fresh() ?? (await ask()),
    /** Downloads what is wanted, of which the plan may be superseded meanwhile. */
    download: () => (alone ? apt.downloadAlone(packages) : apt.download(packages)),
    keep: kept.write,
  };
}

/** Acts while no other process on this machine asks or downloads for this cache. */
export async function aloneWith<T>(
  { cache, note, signal }: Pick<PlanOptions, 'cache' | 'note' | 'signal'>,
  act: () => Promise<T>,
): Promise<T> {
  await mkdir(cache, { recursive: true });
  const onWait = (pid: number) => note(`waiting for pid ${pid}, which downloads Debian packages`);
  return oneAtATime(join(cache, 'downloading.lock'), act, { signal, onWait });
}

/** Short, and the same for the same text. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

function planIn(json: unknown): Plan | undefined {
  const { files, atMs } = json as Partial<Plan>;
  return Array.isArray(files) && typeof atMs === 'number' ? (json as Plan) : undefined;
}

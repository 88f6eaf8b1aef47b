import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@nestwatch/common/errors';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createTestLab, type Row, type TestLab } from '@nestwatch/testkit/lab';
import { layOut } from '../../deploy/lab/cascade/layout.ts';
import { chain, type Tree } from '../../deploy/lab/cascade/tree.ts';
import { ensureSystemImage, type SystemImage } from '../../deploy/lab/image/system-image.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { runLabProgram } from './lab-program.ts';

const top = resolve(import.meta.dirname, '../..');
export const LAB = 'cascade-test';
export const cacheDir = join(top, '.nestwatch/cache/lab');

/** One booted cascade, which all checks share, with the servers it reports to. */
export interface Cascade {
  /** guest0 first. */
  readonly names: readonly string[];
  readonly servers: TestLab['servers'];
  readonly store: TestLab['store'];
  /** Folder of the lab. */
  readonly dataDir: string;
  /** When guest0 was started, µs since 1970. */
  readonly startedUs: number;
  /** Rows of an InfluxQL query, tags among the columns. */
  query(influxql: string): Promise<Row[]>;
  /** The same, once there are enough of them. `limitMs` is generous: time never decides. */
  waitForRows(influxql: string, enough: (rows: Row[]) => boolean, limitMs?: number): Promise<Row[]>;
  /** Runs `npm run lab -- …` against this lab, such as order('slow', 'guest2=hog'). */
  order(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  stop(): Promise<void>;
}

/** Three, and four in `npm run test:long`: the fourth takes as long as the other three together. */
export const LAYERS = Number(process.env['NESTWATCH_TEST_LAYERS'] ?? 3);
/**
 * Where the fourth layer is left out, so is the benchmark that takes longest in there, and the three keep up with a clock
 * that does not wait for whatever else this machine does.
 */
const SHORT = LAYERS > 3 ? [] : ['--benchmarks', 'exit.cpuid', '--speed', '0.1'];
/**
 * Only ends what hangs: the lab itself ends when a layer has not come up in its time, of which it takes off what a busy
 * machine kept it waiting for.
 */
export const BOOT_LIMIT_MS = 60 * 60_000;
/** Of one check, which may wait for what a layer reports next: on a busy machine after minutes. */
export const CHECK_LIMIT_MS = 15 * 60_000;

const USUAL = [undefined, undefined, undefined, undefined];

/** The system that the layers boot from, built where there is none yet. */
export function labSystem(): Promise<SystemImage> {
  return ensureSystemImage({
    cache: cacheDir,
    packagesCache: join(top, '.nestwatch/cache/debian'),
    scripts: join(top, 'deploy/lab/guest'),
    // As `npm run lab` has it without flags.
    versions: { suite: 'bookworm', kernels: USUAL, qemus: USUAL, spareKernels: [] },
    signal: new AbortController().signal,
    note: (text) => void process.stderr.write(`lab: ${text}\n`),
  });
}

/** Why the lab cannot run here; undefined when it can. */
export async function whyNoLab(): Promise<string | undefined> {
  try {
    await labSystem();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** @param settings flags of the lab beside those that every check needs */
export function bootCascade(...settings: readonly string[]): Promise<Cascade> {
  return bootTree(chain(LAYERS), ...SHORT, ...settings);
}

/** Boots a lab with several guests in a machine. */
export async function bootTree(tree: Tree, ...settings: readonly string[]): Promise<Cascade> {
  const servers = await createTestLab();
  const dataDir = temporaryFolder('cascade');
  const startedUs = Date.now() * 1000;
  // A round of the schedule would come between the checks, where the clock strikes the hour.
  const never = ['--schedule', '0 0 29 2 *'];
  const flags = ['--lab', LAB, '--tree', tree.join(','), '--data-dir', dataDir, '--cache-dir', cacheDir];
  const env = { NATS_URL: servers.servers.natsUrl, INFLUX_URL: servers.servers.influxUrl };
  const lab = runLabProgram(['run', ...flags, ...never, ...settings], env);
  const stop = async () => {
    lab.child.kill('SIGINT');
    await lab.ended;
    await servers[Symbol.asyncDispose]();
  };
  try {
    // The table comes last: when it is there, every layer has reported.
    await waitUntil(() => lab.stdout().includes('guest0'), {
      what: 'the table of the lab',
      child: lab.child,
      tail: lab.stderr,
      limitMs: BOOT_LIMIT_MS,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const query = async (influxql: string) =>
    (await servers.store.query(influxql)).flatMap((series) =>
      series.rows.map((row): Row => ({ ...series.tags, ...row })),
    );
  return {
    names: layOut(tree).map(({ name }) => name),
    servers: servers.servers,
    store: servers.store,
    dataDir,
    startedUs,
    query,
    async waitForRows(influxql, enough, limitMs = 10 * 60_000) {
      let rows: Row[] = [];
      await waitUntil(
        async () => {
          rows = await query(influxql);
          if (enough(rows)) return true;
          // The machines need the CPU more than the question does.
          await sleep(1000);
          return false;
        },
        { what: influxql, tail: () => JSON.stringify(rows.slice(0, 5)), limitMs, child: lab.child },
      );
      return rows;
    },
    async order(...words) {
      const { ended, stdout, stderr } = runLabProgram([...words, '--data-dir', dataDir], env);
      const code = await ended;
      return { code, stdout: stdout(), stderr: stderr() };
    },
    stop,
  };
}

/** Pids that a lab recorded in its folder. */
export function recordedPids(dataDir: string): number[] {
  const entries = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as { pid: number }[];
  return entries.map(({ pid }) => pid);
}

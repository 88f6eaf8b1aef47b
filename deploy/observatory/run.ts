import { join, resolve } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import type { Suite } from '../debian/suites.ts';
import { writtenBytes } from '../lab/cascade/layout.ts';
import { chain } from '../lab/cascade/tree.ts';
import { refuseFullDisk } from '../lab/free-space.ts';
import { ensureSystemImage } from '../lab/image/system-image.ts';
import { top } from '../local/top.ts';
import { type Run, runWithProcesses } from '../local/with-processes.ts';
import { observeOnce } from './observe-set.ts';
import type { Observed, ObservedSet } from './result.ts';
import { seriesOfMirror } from './series.ts';
import { fileOf, type KernelSet, parseSet } from './sets.ts';
import type { ObserveContext } from './settings.ts';
import { missingBoots, readSet, readSets, writeSet } from './store.ts';
import { renderSets } from './table/render-text.ts';
import { WORK_NAMES, WORKS, type WorkName } from './works/list.ts';

/** Two CPUs in every layer are as dear as a layer more. */
const IPI_LAYERS = 3;

/** `npm run observe`: boots a cascade for each set of kernels that was not observed yet, and counts in it. */
export async function runObserve(context: ObserveContext): Promise<number> {
  const { config, options, lists, signal, stderr, stdout } = context;
  const say = (line: string) => void stderr.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
  const works = worksOf(config.works);
  const names = lists['kernel'] ?? [];
  // What cannot be read is refused before the mirror is asked.
  for (const kernel of names) parseSet(kernel, config);
  const dir = config['data.dir'];
  const self = { self: 'an observation', earlier: 'an earlier observation' };
  let failed = 0;
  const code = await runWithProcesses({ config, options: { once: true }, signal }, self, say, async (run) => {
    refuseFullDisk(dir, writtenBytes(chain(config.layers)), 'an observed lab');
    const cache = config['packages.dir'];
    const kernels = names.length > 0 ? names : await seriesOfMirror({ cache, signal: run.stop, note: say });
    for (const kernel of kernels) {
      const set = parseSet(kernel, config);
      try {
        await observeSet(context, set, works, run);
      } catch (error) {
        if (run.stop.aborted) throw error;
        failed += 1;
        say(`${set.name}: ${messageOf(error)}`);
      }
    }
  });
  const sets = readSets(config.out);
  stdout.write(options['json'] ? `${JSON.stringify(sets, null, 2)}\n` : renderSets(sets));
  return code === EXIT.ok && failed > 0 ? EXIT.failed : code;
}

/** @throws UsageError naming what is allowed */
function worksOf(words: readonly string[]): WorkName[] {
  return words.map((word) => {
    const name = WORK_NAMES.find((each) => each === word);
    if (name === undefined)
      throw new UsageError(`there is no work "${word}": give some of ${WORK_NAMES.join(', ')}`);
    return name;
  });
}

async function observeSet(
  { config }: ObserveContext,
  set: KernelSet,
  works: readonly WorkName[],
  run: Run,
): Promise<void> {
  const file = join(config.out, fileOf(set));
  const before = readSet(file);
  const usual: readonly WorkName[] = works.filter((name) => name !== 'ipi');
  const wanted = { repeat: config.repeat, ipi: works.includes('ipi'), usual: usual.length > 0 };
  const boots = missingBoots(before, wanted);
  if (boots.length === 0) {
    run.say(`${set.name}: observed already, in ${file}`);
    return;
  }
  const system = await ensureSystemImage({
    cache: config['cache.dir'],
    packagesCache: config['packages.dir'],
    scripts: resolve(top, 'deploy/lab/guest'),
    versions: { suite: config.suite as Suite, kernels: set.kernels, qemus: set.qemus, spareKernels: [] },
    signal: run.stop,
    note: run.say,
  });
  const known: ObservedSet = {
    format: 1,
    name: set.name,
    layers: system.layers,
    speed: config.speed,
    idleSeconds: config.idle / 1000,
    ...(set.features.length > 0 && { features: set.features }),
    works: before?.works ?? works,
    runs: before?.runs ?? [],
  };
  const runs: Observed[] = [...known.runs];
  for (const { cpus } of boots) {
    run.say(`${set.name}: ${system.layers.map(({ release }) => release).join(', ')}; ${cpus} CPU`);
    const observed = await observeOnce(
      {
        folder: config['data.dir'],
        system,
        cpus,
        features: set.features,
        layers: cpus > 1 ? Math.min(IPI_LAYERS, config.layers) : config.layers,
        speed: config.speed,
        idleSeconds: known.idleSeconds,
        works: WORKS.filter(({ name }) =>
          cpus > 1 ? name === 'ipi' || name === 'wake' : usual.includes(name),
        ),
        limits: { bootMs: config['boot.limit'], workMs: config['work.limit'] },
      },
      run,
    );
    runs.push(observed);
    writeSet(file, { ...known, runs });
    run.say(`${set.name}: observed in ${observed.seconds} s, in ${file}`);
  }
}

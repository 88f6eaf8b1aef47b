import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { createApt } from '../debian/apt.ts';
import { unpackAll } from '../debian/unpack.ts';
import { inTree } from '../lab/image/libraries.ts';
import { run } from './tool.ts';

const PACKAGES = ['docker-compose', 'cloud-init', 'shellcheck', 'virtinst'];

const WANTED = { purpose: 'the tests of deploy/', without: 'these tests are skipped' };

/** Programs that judge what deploy/ holds, each by those who made its format. */
export interface DebianTools {
  /** Runs a program; one that is Python is run by the tree's own. */
  run(program: string, args: readonly string[]): { status: number | null; output: string };
  /** The words and the environment that run a program of the tree, for a script that calls it. */
  command(program: string): { words: string[]; env: Record<string, string> };
}

/** Python's scripts begin so; docker-compose was one until Debian 12, and is a program of its own since. */
const SCRIPT = '#!';

/**
 * Unpacks the programs below `cache`, once, without installing them: cloud-init, say, would take the machine over at its
 * next boot. They run with the libraries and the Python they were made for.
 * @returns or why they cannot be had here
 */
export async function unpackTools(cache: string): Promise<DebianTools | { reason: string }> {
  const root = join(cache, 'debian-tools');
  if (!existsSync(root)) {
    const work = `${root}.${process.pid}`;
    try {
      const apt = createApt(join(work, 'apt'), { ...WANTED, note: () => undefined });
      await unpackAll((await apt.download(PACKAGES)).folder, join(work, 'root'));
      renameSync(join(work, 'root'), root);
    } catch (error) {
      return { reason: messageOf(error) };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return toolsIn(root);
}

function toolsIn(root: string): DebianTools {
  const at = (path: string) => join(root, 'usr', path);
  const env = {
    PYTHONHOME: join(root, 'usr'),
    PYTHONPATH: [at('lib/python3/dist-packages'), at('share/virt-manager')].join(':'),
    PYTHONDONTWRITEBYTECODE: '1',
    // What virt-install reads by itself, below / on a machine where it is installed.
    GI_TYPELIB_PATH: at('lib/x86_64-linux-gnu/girepository-1.0'),
    OSINFO_SYSTEM_DIR: at('share/osinfo'),
  };
  const words = (program: string): string[] => {
    const [python, first] = inTree(root, at('bin/python3'));
    if (program === 'virt-install') {
      return [python, ...first, '-c', 'from virtinst import virtinstall; virtinstall.runcli()'];
    }
    const file = at(`bin/${program}`);
    if (readFileSync(file).toString('latin1', 0, SCRIPT.length) === SCRIPT) return [python, ...first, file];
    const [loader, rest] = inTree(root, file);
    return [loader, ...rest];
  };
  return {
    command: (program) => ({ words: words(program), env }),
    run(program, args) {
      const [command = '', ...first] = words(program);
      return run(command, [...first, ...args], env);
    },
  };
}

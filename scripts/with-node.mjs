// Runs a script of this folder with a Node that can build the project: node scripts/with-node.mjs NAME [arguments].
// That is the machine's own, or, where that is too old, one that comes as an npm package.
// Syntax and modules that Node 12.22 has, as in node-packages.mjs.
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILD_NODE, canBuild, fetchNode, fetchNpm, pinnedNode, top } from './node-packages.mjs';

const [name, ...args] = process.argv.slice(2);
const script = join(top, 'scripts', `${name}.mjs`);
const own = process.versions.node;

if (canBuild(own)) {
  process.argv = [process.argv[0], script, ...args];
  import(pathToFileURL(script).href).catch((error) => {
    console.error(error);
    process.exit(1);
  });
} else {
  withPinnedNode();
}

function withPinnedNode() {
  const { version, isThere } = pinnedNode(BUILD_NODE);
  const fetching = isThere ? '' : ', which is fetched now, once';
  say(`Node ${own} is too old to build this; goes on with Node ${version}, an npm package${fetching}`);
  try {
    run(fetchNode(BUILD_NODE), fetchNpm());
  } catch (error) {
    say(`${error.message}; install Node 20.19, 22.12 or later`);
    process.exit(2);
  }
}

/** Programs that are started by name, as vitest's are, find the same Node. */
function run(node, npm) {
  const env = Object.assign({}, process.env, {
    PATH: `${dirname(node)}${delimiter}${process.env.PATH || ''}`,
    NODE: node,
    npm_node_execpath: node,
    npm_execpath: npm,
  });
  const child = spawn(node, [script, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C goes to all of a terminal: the child has had it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    say(`${node} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

function say(line) {
  process.stderr.write(`nestwatch: ${line}\n`);
}

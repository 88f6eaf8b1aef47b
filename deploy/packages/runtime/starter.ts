import { throughLoader } from '@nestwatch/agent/host/own-node';
import { AGENT_NODE_ENV, AGENT_NODE_FLAGS } from '@nestwatch/agent/runtime/config/node-flags';

export const LOADER = 'ld-linux-x86-64.so.2';

/** As words of a shell in which `$lib` is the folder of the libraries. */
const ARGUMENTS = throughLoader('$lib/runtime').map((word) => (word.includes('$') ? `"${word}"` : word));
const ENVIRONMENT = Object.entries(AGENT_NODE_ENV).map(
  ([name, value]) => `  export ${name}="\${${name}:-${value}}"`,
);

/**
 * The shell script `bin/nestwatch-agent`: starts the agent with the Node and the libraries in `lib/runtime` beside it. It
 * finds them from its own path, through symbolic links, and needs of the system only a shell (and `readlink` for a link).
 */
export const STARTER = `#!/bin/sh
# Starts the agent with the Node and the libraries that came with it, whatever this system has of either.
self=$0
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in /*) self=$target ;; *) self=\${self%/*}/$target ;; esac
done
lib=$(cd "\${self%/*}/../lib" && pwd -P) || exit 1
case $lib in
*[:\\;]*)
  echo "nestwatch-agent: cannot run from $lib: its path must not contain : or ;" >&2
  exit 2
  ;;
esac
flags=
# It stays for weeks and shall be small; the other commands shall be quick.
if [ "\${1-}" = run ]; then
  flags='${AGENT_NODE_FLAGS.join(' ')}'
${ENVIRONMENT.join('\n')}
fi
# shellcheck disable=SC2086
exec "$lib/runtime/${LOADER}" ${ARGUMENTS.join(' ')} $flags "$lib/nestwatch-agent.mjs" "$@"
`;

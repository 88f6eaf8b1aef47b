import type { Program } from '@nestwatch/common/cli/program';
import { programLog } from '@nestwatch/common/cli/program-log';
import { standardError } from '@nestwatch/common/cli/standard-error';
import { agentSchema } from './runtime/config/schema.ts';

/** Started again for what needs a process of its own. */
const ownProgram = process.argv[1] ?? '';

/** Each command loads its code only when it runs: a command in guest3 pays for every line it reads. */
export const program: Program<typeof agentSchema> = {
  name: 'nestwatch-agent',
  meaning: 'reports what this machine can host as a layer of nested guests, and what that layer costs',
  schema: agentSchema,
  defaultFile: '/etc/nestwatch/agent.yaml',
  commands: {
    run: {
      meaning: 'measure and report until stopped',
      async run({ config, signal, env }) {
        const [{ runAgent }, { suspensionBySignals }] = await Promise.all([
          import('./runtime/run.ts'),
          import('./runtime/suspension.ts'),
        ]);
        const log = programLog(config, standardError(process), env);
        await runAgent({ config, log, signal, program: ownProgram }, suspensionBySignals(process));
        return 0;
      },
    },
    probe: {
      meaning: 'run all probes once, and show each value or why it is missing',
      usage: '[name…]',
      options: { json: true, wait: false, record: false },
      optionMeanings: {
        json: 'print JSON',
        wait: 'time over which rates are taken (default 1s)',
        record: 'folder that gets a copy of every file read',
      },
      run: async (context) => (await import('./commands/probe.ts')).probeCommand(context),
    },
    check: {
      meaning: 'show what this machine can host; exit code 0: good, 1: warnings, 2: cannot host guests',
      options: { json: true, boot: true, compare: true, facts: true, record: false, require: false },
      optionMeanings: {
        json: 'print everything as JSON',
        boot: 'also start a tiny guest under KVM with the installed QEMU',
        compare:
          'also show what kvm-ok, virt-host-validate and systemd-detect-virt say, and explain differences',
        facts: 'also show every fact',
        require: 'exit code 3 if one of these does not pass, else 0: can-host, nested or names of rules',
        record: 'also write everything that was read to this file, to attach to a report of a wrong verdict',
      },
      run: async (context) => (await import('./commands/check/command.ts')).checkCommand(context),
    },
    exits: {
      meaning:
        'trace for some seconds why the guests of this machine exit; requires root or the helper service',
      options: { for: false, guest: false, json: true },
      optionMeanings: {
        for: 'duration, from 1s to 10s (default 10s; the helper always takes 10s)',
        guest: 'show only this guest',
        json: 'print JSON',
      },
      run: async (context) => (await import('./commands/exits.ts')).exitsCommand(context),
    },
    bench: {
      meaning: 'run benchmarks on this machine now, and print what they measured',
      usage: '[name…]',
      options: {
        ...{ list: true, full: true, size: false, json: true },
        ...{ save: false, against: false, 'fail-above': false, junit: false, github: true },
      },
      optionMeanings: {
        list: 'show what each benchmark does, and exit',
        full: 'the largest sizes, the same as --size full',
        size: 'tiny, small or full (default: the configured size)',
        json: 'print the results as JSON, with every repetition',
        save: 'add the results to this file; it keeps the newest 20 runs',
        against: 'compare with the runs in this file',
        'fail-above': 'exit code 3 if a benchmark takes more than this many times as long, such as 1.3',
        junit: 'write the comparison to this file as a JUnit report',
        github: 'print the comparison as GitHub annotations, and add it to the job summary',
      },
      run: async (context) => (await import('./commands/bench/command.ts')).benchCommand(context, ownProgram),
    },
    'run-benchmark': {
      meaning: 'run one benchmark; started by the agent',
      internal: true,
      run: async ({ words }) => (await import('./benchmarks/child/run-child.ts')).runChild(words[0], process),
    },
    join: {
      meaning: 'exchange messages with the inviting collector; started by the installer',
      usage: 'id|enrol|reach|now|wait|leave',
      options: { collector: false, key: false, since: false, for: false },
      internal: true,
      run: async (context) => (await import('./commands/join/command.ts')).joinCommand(context),
    },
    'trace-exits': {
      meaning: 'trace exits once; started by the agent, or by nestwatch-exits.service',
      internal: true,
      options: { answer: false, clean: true },
      run: async (context) => (await import('./commands/trace-exits.ts')).traceExitsCommand(context),
    },
    'install-upgrade': {
      meaning: 'install what was signed and fetched; started by nestwatch-upgrade.path',
      internal: true,
      options: { within: false },
      run: async (context) =>
        (await import('./commands/install-upgrade.ts')).installUpgrade(context, ownProgram),
    },
    inventory: {
      meaning: 'print the static description of this machine as JSON',
      internal: true,
      run: async ({ stdout }) => (await import('./commands/inventory.ts')).inventoryCommand(stdout),
    },
  },
};

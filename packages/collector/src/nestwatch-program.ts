import type { Program } from '@nestwatch/common/cli/program';
import { compareCommand } from './cli/compare/command.ts';
import { enrollMeanings, enrollOptions, revokeMeanings, revokeOptions } from './cli/enroll/options.ts';
import { forgetMeanings, forgetOptions } from './cli/forget/options.ts';
import { inviteMeanings, inviteOptions } from './cli/invite/options.ts';
import { type UserSchema, userSchema } from './cli/settings.ts';
import { setupMeanings, setupOptions } from './cli/setup/options.ts';

export const program: Program<UserSchema> = {
  name: 'nestwatch',
  meaning: 'shows and steers a lab of nested guests',
  schema: userSchema,
  defaultFile: '/etc/nestwatch/nestwatch.yaml',
  commands: {
    bench: {
      meaning: 'ask all nodes of a lab for a round of benchmarks now, and show what they measured',
      usage: '[--lab LAB] NAME…',
      options: { lab: false, size: false, window: false, wait: false, show: true, article: true, json: true },
      optionMeanings: {
        lab: 'name of the lab (default "default")',
        size: 'tiny, small or full; by default what each node has configured',
        window: 'length of the round (default 1h): who has had no turn by then is skipped',
        wait: 'how long to wait for the nodes to answer (default 3s)',
        show: 'ask for nothing: show the newest rounds as InfluxDB has them',
        article: "show the article's own figures beside them",
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/bench.ts')).benchLab(context),
    },
    enroll: {
      meaning: 'make the key and the NATS account of a node, a collector or a person',
      usage: 'NODE',
      options: enrollOptions,
      optionMeanings: enrollMeanings,
      run: async (context) => (await import('./cli/enroll.ts')).enroll(context),
    },
    setup: {
      meaning: 'set this machine up: NATS with accounts and TLS, InfluxDB, the collector, its own agent',
      options: setupOptions,
      optionMeanings: setupMeanings,
      run: async (context) => (await import('./cli/setup.ts')).setup(context),
    },
    invite: {
      meaning: 'print a line to paste into a guest: it installs the agent there and enrols it',
      options: inviteOptions,
      optionMeanings: inviteMeanings,
      run: async (context) => (await import('./cli/invite.ts')).invite(context),
    },
    'take-staged': {
      meaning: 'put nodes that came by invitations into accounts.conf; run by nestwatch-enroll.service',
      internal: true,
      options: {
        staged: false,
        outcomes: false,
        accounts: false,
        reload: false,
        server: false,
        pid: false,
      },
      run: async (context) => (await import('./cli/take-staged.ts')).takeStaged(context),
    },
    revoke: {
      meaning: 'take a node, a collector or a person out of the configuration of NATS',
      usage: 'NODE',
      options: revokeOptions,
      optionMeanings: revokeMeanings,
      run: async (context) => (await import('./cli/revoke.ts')).revoke(context),
    },
    forget: {
      meaning: 'a node that is gone: out of NATS, page, tables and alerts; its history stays',
      usage: 'NODE',
      options: forgetOptions,
      optionMeanings: forgetMeanings,
      run: async (context) => (await import('./cli/forget.ts')).forget(context),
    },
    report: {
      meaning: 'a lab over a span of time: layers, ratios, lasting changes, alerts, advice',
      usage: '[LAB]',
      options: { span: false, json: true, markdown: true, html: false },
      optionMeanings: {
        span: 'how far back it looks (default 7d)',
        json: 'print JSON',
        markdown: 'print Markdown',
        html: 'write one HTML file with charts, for mailing and printing',
      },
      run: async (context) => (await import('./cli/report.ts')).report(context),
    },
    detection: {
      meaning: "try the detection on a lab's own history: steps are put in, nothing is written",
      usage: '[LAB]',
      options: { span: false, json: true, markdown: true },
      optionMeanings: {
        span: 'how far back it looks (default 30d)',
        json: 'print JSON',
        markdown: 'print Markdown',
      },
      run: async (context) => (await import('./cli/detection.ts')).detection(context),
    },
    compare: compareCommand,
    changes: {
      meaning:
        'what is different in a lab since yesterday, or any moment: new, gone, silent, slower, faster, upgraded, alerts',
      usage: '[LAB]',
      options: { since: false, json: true, markdown: true },
      optionMeanings: {
        since: 'the moment to compare with: 1d ago (default), 2026-11-20, or 2026-11-20T06:00 (UTC)',
        json: 'print JSON',
        markdown: 'print Markdown',
      },
      run: async (context) => (await import('./cli/changes.ts')).changes(context),
    },
    alerts: {
      meaning: 'alerts that fire or are about to, now',
      usage: '[LAB]',
      options: { json: true },
      optionMeanings: { json: 'print JSON' },
      run: async (context) => (await import('./cli/alerts.ts')).showAlerts(context),
    },
    silence: {
      meaning: 'tell nobody of alerts for a while, as while a lab is paused',
      usage: 'LAB --for 2h --why TEXT',
      options: {
        for: false,
        why: false,
        layer: false,
        node: false,
        rule: false,
        list: true,
        end: false,
        json: true,
      },
      optionMeanings: {
        for: 'how long, such as 30m, 2h or 1d',
        why: 'the reason, shown to others',
        layer: 'only this layer and what is below it',
        node: 'only this node (id or name) and what is below it',
        rule: 'only alerts of this rule',
        list: 'show the silences of the lab',
        end: 'end the silence with this id',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/silence.ts')).silence(context),
    },
    notify: {
      meaning: 'whom a collector tells of alerts, and a test of whether they hear it',
      usage: 'list | test [TARGET…]',
      options: { lab: false, severity: false, over: true, json: true },
      optionMeanings: {
        lab: 'the lab that the test names (default "default")',
        severity: 'severity of the test: info, warning or critical (default warning)',
        over: 'tell that the test is over, for those who keep it open until then',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/notify.ts')).notify(context),
    },
    exits: {
      meaning: 'have a node trace for ten seconds why its guests exit, and show what it found',
      usage: 'LAB NODE',
      options: { wait: false, show: true, json: true },
      optionMeanings: {
        wait: 'how long to wait for it (default 3m)',
        show: 'ask for nothing: show what was traced last',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/exits.ts')).showExits(context),
    },
    accept: {
      meaning: 'decide who runs a node, where several claim it; or that a slower speed is the normal one',
      usage: 'LAB NODE --parent P | LAB [--node NODE] [--benchmark NAME] --why TEXT',
      options: {
        parent: false,
        node: false,
        benchmark: false,
        why: false,
        end: false,
        list: true,
        json: true,
      },
      optionMeanings: {
        parent: 'the node (id or name) whose claim is true; "none" when none is',
        node: 'what this node (id or name) measures now is the normal, and what is slower below it by that',
        benchmark: 'only of this benchmark, such as "cpu.sha256"',
        why: 'the reason, kept with it',
        end: 'take the acceptance with this id back',
        list: 'show what is to be decided, of one lab or of all; exit code 1 when there is something',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/accept.ts')).accept(context),
    },
    status: {
      meaning: 'what became of every message: written, dead, dropped, missing, lost',
      usage: '[LAB]',
      options: { json: true },
      optionMeanings: { json: 'print JSON' },
      run: async (context) => (await import('./cli/status.ts')).status(context),
    },
    'influx-tokens': {
      meaning:
        'make buckets of InfluxDB 2.x, and tokens for the collector and Grafana with no more than their rights',
      options: { folder: false, renew: true, json: true },
      optionMeanings: {
        folder: 'write them to collector.token and grafana.token there, instead of printing them',
        renew: 'make new ones, and end those that were made before',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/influx-tokens.ts')).influxTokens(context),
    },
    'move-history': {
      meaning: 'move what an old InfluxDB holds to the configured one, piece by piece, and count it there',
      usage: '--from FILE|URL',
      options: { from: false, 'from-database': false, progress: false, json: true },
      optionMeanings: {
        from: 'configuration file of a collector that used the old server, or its address',
        'from-database': 'its database (default "nestwatch")',
        progress: 'file that keeps how far it came (default nestwatch-move-history.json)',
        json: 'print JSON',
      },
      run: async (context) => (await import('./cli/move-history.ts')).moveHistoryCommand(context),
    },
    lab: {
      meaning: 'the table of the lab as InfluxDB knows it',
      usage: '[LAB]',
      options: { json: true },
      optionMeanings: { json: 'print JSON' },
      run: async (context) => (await import('./cli/lab.ts')).showLab(context),
    },
  },
};

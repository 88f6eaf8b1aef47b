import { EXPECTED } from '@nestwatch/collector/alerting/rules/expected';
import { rules } from '@nestwatch/collector/alerting/rules/index';
import { defaultText } from '@nestwatch/collector/alerting/rules/parse-overrides';
import { kinds } from '@nestwatch/collector/alerting/targets/kinds/index';
import { COMMON_KEYS } from '@nestwatch/collector/alerting/targets/parse-targets';
import { formatDuration } from '@nestwatch/common/config/setting';
import { code, markdownTable } from './markdown.ts';

/** docs/reference/alerts.md: what every rule finds, and how alerts live and reach people. */
export function alertsDocument(): string {
  const time = (ms: number) => (ms === 0 ? '0s' : formatDuration(ms));
  const table = markdownTable(
    ['rule', 'finds', 'severity', 'for', 'keep'],
    rules.map((rule) => [
      code(rule.name),
      rule.meaning,
      rule.severity,
      time(rule.forMs),
      time(rule.keepFiringForMs),
    ]),
  );
  const parameters = markdownTable(
    ['rule', 'parameter', 'default', 'meaning'],
    rules.flatMap((rule) =>
      Object.entries(rule.parameters).map(([name, parameter]) => [
        code(rule.name),
        code(name),
        defaultText(parameter),
        parameter.meaning,
      ]),
    ),
  );
  const expected = EXPECTED.map(
    (each) => `${each.parameters['first-ratio']} for ${code(each.benchmark ?? '')}`,
  );
  const keys = markdownTable(
    ['kind', 'key', 'meaning'],
    [
      ...Object.entries(COMMON_KEYS).map(([key, meaning]) => ['all', code(key), meaning]),
      ...kinds.flatMap((kind) =>
        Object.entries(kind.keys).map(([key, { meaning, required, secret }]) => [
          code(kind.name),
          `${code(key)}${required ? ', required' : ''}${secret ? ', secret' : ''}`,
          meaning,
        ]),
      ),
    ],
  );
  const targets = kinds.map(({ name, meaning }) => `- ${code(name)}: ${meaning}\n`).join('');
  return TEXT.replace('RULES\n', `${table}\n`)
    .replace('TARGETS\n', () => targets)
    .replace('KEYS\n', () => `${keys}\n`)
    .replace('PARAMETERS\n', `${parameters}\n`)
    .replace('EXPECTED', expected.join(' and '));
}

const TEXT = `<!-- Made by "npm run docs" from the rules' own tables. -->
# Alerts

One collector watches all labs (the one that holds the lease \`watch\`; another takes over within 15 seconds). At every
\`watch.interval\` it reads from InfluxDB how the labs are, asks every rule, and tells of what began or ended. It reads
InfluxDB and not the stream because ingest is shared: no single collector sees every message, and what is judged
should be what dashboards show. How slowdowns are judged is in [detection.md](../design/detection.md).

## Rules

RULES
*for*: how long it must last before it fires; *keep*: how long it must be gone before it is over. A slowdown has
its own patience in the detector. \`info\` is shown and kept, and calls nobody by default.

One cause, one alert: a silent parent speaks for those below it; a slowdown that both comparisons find is one alert; a
slow host is an alert of layer 0 with the guests that suffer, and no guest is blamed. While messages still wait to be
written (after an outage of the collector itself), nobody is called silent.

Benchmark results marked as disturbed by steal or pressure are judged and not learned from: they are slow for a
reason that people feel. Results whose measurement is in doubt (lease lost, clock stepped, paused) are left out.

## States

\`\`\`
 pending --(found for "for")--> firing --(gone for "keep")--> resolved --(a day)--> forgotten
    |                              ^                              |
    '--(gone)--> forgotten         '---------(found again)--------'
\`\`\`

Alerts are kept in the key-value bucket \`nestwatch_alerts\` before anybody is notified, with the list of who is
still to be notified. So a restart, or another collector, goes on where the last one stopped and repeats nothing; whoever could not
be reached is notified later. An alert that fires three times within an hour is flapping: it then has to be gone for 15
minutes before it is over. While it fires it keeps its gravest severity, so a figure around a threshold does not call
twice.

## Causes

When a slowdown fires, what changed with it is looked for in the day before and the time since, on the node and all
machines above it. First comes what was upgraded or set otherwise when it became slow (kernel, hypervisor, options of
modules, mitigations of CPU flaws, microcode; see [detection.md](../design/detection.md), *Over upgrades*). The rest is ranked by how much of the slowdown it would account for (in logarithms; a share of stolen time
*s* stretches everything by 1/(1 - s)): the host slow as well, steal by layer, nested paging, VMCS shadowing or
interrupt virtualization lost, a cgroup of the parent that throttles the guest, a guest put behind others (nice, class, weight, CPUs),
memory of it that the parent swaps while the guest may have it free, polling before halts, clocksource changed, waiting for CPU, memory pressure, exits dearer or more frequent,
other guests, more vCPUs than CPUs, pages that KSM merges, a known issue of the kernel that makes nesting slow. The text says each in words and figures:

> guest3 (layer 3) is 2.42 times slower than usual at cpu.sha256, compared with guest2 in the same rounds (3.23 times
> guest2's time instead of 1.34). Since 39 min ago. Usual from 20 rounds with a spread of ±3.0 %; slowdowns below 1.25
> times could be missed. Likely causes: (1) Steal in guest3 (layer 3) rose from 2.0 % to 50 %: guest2 (layer 2) runs
> something else or limits it.

An alert about what exits cost (\`exit.cpuid\`, \`probe.exit-latency\`, \`exit-cost\`) has the node and its parent trace why guests exit, where
they may ([operations.md](../use/operations.md)). A minute or two later it has the answer among its causes: "Exits of guest2 on guest1: hlt
71 %, npf 12 %, io 9 % (4300 a second)".

Each is something that happened at the same time; nestwatch does not prove that it is the cause.

## Settings

\`watch.rules\` in the collector's configuration file is a list. Each entry names a rule, optionally for which \`lab\`,
\`layer\`, \`node\` (id or name) and \`benchmark\` (\`net.*\` stands for all that begin so) it holds, and what it sets:
\`off\`, \`severity\`, \`for\`, \`keep\`, or a parameter of the rule. Of several that match, the last one that says
something counts.

\`\`\`yaml
watch:
  rules:
    - rule: slowdown-parent
      layer: 3
      smallest: 1.5
    - rule: slowdown-parent
      lab: training
      benchmark: net.*
      off: true
    - rule: unsafe-to-snapshot
      lab: production
      severity: warning
    - rule: steal-high
      share: 0.25
      for: 15m
  maintenance:
    - lab: training
      days: [sat, sun]
      from: "02:00"
      for: 4h
      time-zone: Europe/Berlin
      why: weekly rebuild
\`\`\`

PARAMETERS
In a lab too young for a baseline, \`first-ratio\` stands in for it: it is EXPECTED, and none for others, where one more layer
may cost anything between nothing and a hundredfold. Give one for what you know:

\`\`\`yaml
watch:
  rules:
    - rule: slowdown-parent
      layer: 3
      benchmark: cpu.shell-loop
      first-ratio: 3
\`\`\`

## Silences

\`nestwatch silence LAB --for 2h --why "taking a snapshot"\` keeps people from hearing of a lab; \`--layer 3\`,
\`--node guest2\` (each with what is below it) and \`--rule node-silent\` narrow it. \`--list\` shows silences, \`--end ID\`
ends one. Windows that come back every week stand in the configuration (above). Silenced alerts still live and are
kept in InfluxDB; what still fires when the silence ends is announced then.

## Where alerts go

| to | settings | what |
|---|---|---|
| InfluxDB | always | \`nestwatch_alert\`: a point when it fires, gets graver or ends (\`news\` = 1), and once a minute while it fires; \`title\` and \`text\` serve Grafana's annotations |
| NATS | always | JSON on \`nestwatch.<lab>.alerts\`, for whoever listens then |
| mail, Slack, Teams, ntfy, Telegram, PagerDuty, any program with your template | \`notify\` | [below](#mail-chats-and-others), without Alertmanager |
| Alertmanager | \`alertmanager.url\` (one or more), \`.token\` or \`.username\` and \`.password\`, \`.ca\`, \`.least-severity\` | API v2, repeated every minute, ending by itself 5 minutes after the collector falls silent. Labels: alertname (\`nestwatch-<rule>\`), severity, lab, node, name, layer, parent, subject; \`generatorURL\` leads to the lab page |
| any program | \`webhook.url\`, \`.token\` or \`.username\` and \`.password\`, \`.ca\`, \`.least-severity\` | the same JSON by POST; a success answer means taken |
| terminal | | \`nestwatch alerts [LAB]\` (exit 1 while a warning or worse fires) and \`nestwatch report [LAB]\` |
| Grafana | \`deploy/grafana/provisioning/alerting/\` | Grafana's own alert rules over the same data, for people who alert from Grafana alone |

The JSON: \`version\` (1), \`key\` (the same whenever the same change is sent again), \`state\` (firing or resolved), \`severity\`,
\`rule\`, \`lab\`, \`node\`, \`name\`, \`layer\`, \`parent\`, \`subject\`, \`summary\`, \`details\`, \`causes\`, \`value\`, \`flapping\`,
\`firedAt\`, \`resolvedAt\`, \`link\` (to the lab page, where \`page.url\` is set). Fields are only ever added.

Each delivery has 10 s and 64 KiB of answer. Who cannot be reached is tried again after 1 s to 60 s, as long as it takes, also by another
collector. An alert that is refused as such (HTTP 400, 413, 422; a mail that is not taken) is tried again every 10 minutes and holds up no
other. \`nestwatch_notifications_total\` at \`/metrics\` counts both.

Telling is repeated when it is unsure whether it arrived: a collector that dies between telling and noting it tells
once more, with the same \`key\`. Alertmanager and InfluxDB take such repetitions for what they are.

## Mail, chats and others

\`notify\` in the collector's configuration file is a list of targets, each of a kind:

TARGETS
\`\`\`yaml
page:
  url: https://nestwatch.example.org
notify:
  - name: ops-mail
    kind: mail
    server: smtps://mail.example.org
    from: nestwatch@example.org
    to: [ops@example.org]
    user: nestwatch
    password-file: /etc/nestwatch/mail.password
  - name: on-call
    kind: pagerduty
    key-env: PAGERDUTY_KEY
    severity: critical
    labs: ["prod-*"]
  - name: chat
    kind: slack
    url-file: /etc/nestwatch/slack.url
    severity: info
  - name: gotify
    kind: webhook
    url: https://gotify.example.org/message
    token-header: X-Gotify-Key
    token-env: GOTIFY_TOKEN
    body:
      title: "{{title}}"
      message: "{{story}} {{link}}"
      priority: 5
\`\`\`

A *secret* \`KEY\` is given as itself, as \`KEY-file\` (a file that others cannot read, read again for each message) or as \`KEY-env\` (an
environment variable). A configuration file in which one stands itself must not be readable by others. What cannot be read, and keys that
are not known, are said at the start.

KEYS
\`nestwatch notify test\` has a collector tell all of them, or those that you name, of an alert that nothing raised, whatever their filters
say, and prints for each whether it arrived and why not (exit 1). \`--over\` ends what PagerDuty keeps open. \`nestwatch notify list\` prints
whom it would tell. With \`page.url\` every message links to the machine on the lab page.

Names and texts of guests are hostile until shown otherwise: they are one line of bounded length, in Slack \`plain_text\`, in Teams
TextRuns, in Telegram without a parse mode, in ntfy without Markdown, in a mail encoded as its subject and text, and in a template a text
within the structure that you wrote. None is ever a mention, a link, a header or a part of the JSON.
`;

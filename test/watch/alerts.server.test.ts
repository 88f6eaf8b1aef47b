import type { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { USUAL } from '../support/recorded-lab.ts';
import { describeWatched, type Message } from '../support/watched-lab.ts';

/** One story: each test begins where the one before has ended. */
describeWatched('slowdowns are announced', (watched) => {
  test('twenty usual rounds raise nothing', async () => {
    await watched().played.rounds(20, { seconds: USUAL });
    await watched().judged();
    expect(await watched().firing()).toEqual([]);
    expect(watched().overNats).toEqual([]);
  });

  test('guest3 becomes slow: the alert names it, nobody else, and the cause, and reaches everybody', async () => {
    await watched().played.rounds(3, { seconds: [1, 1.2, 1.5, 4.8], steal: [0, 0.02, 0.02, 0.5] });
    await waitUntil(async () => (await watched().firing()).length > 0, { what: 'an alert in Alertmanager' });
    await watched().judged();

    const active = await watched().alertmanager.active();
    expect(active.map(({ labels }) => labels)).toEqual([
      {
        alertname: 'nestwatch-slowdown-parent',
        severity: 'critical',
        lab: 'lab',
        node: 'guest3',
        name: 'guest3',
        subject: 'cpu.sha256',
        layer: '3',
        parent: 'guest2',
      },
    ]);
    expect(active[0]?.annotations['cause']).toMatch(
      /^Steal in guest3 \(layer 3\) rose from 2.0 % to 50 %: guest2/,
    );
    await waitUntil(() => watched().overNats.length > 0 && watched().overHook.length > 0, {
      what: 'news over NATS and the webhook',
    });
    for (const messages of [watched().overNats, watched().overHook]) {
      expect(messages).toHaveLength(1);
      expect(messages[0]).toMatchObject({
        state: 'firing',
        rule: 'slowdown-parent',
        node: 'guest3',
        severity: 'critical',
      });
      expect(messages[0]?.summary).toMatch(
        /guest3 \(layer 3\) is 2\.\d+ times slower than usual at cpu\.sha256/,
      );
    }
    expect(await watched().nestwatch('lab', 'lab')).toMatch(
      /critical: slowdown-parent cpu\.sha256 on guest3: Steal in guest3/,
    );
    const rows = await watched().lab.waitForRows('SELECT * FROM nestwatch_alert');
    expect(rows[0]).toMatchObject({
      node: 'guest3',
      rule: 'slowdown-parent',
      subject: 'cpu.sha256',
      state: 2,
      news: 1,
    });
  });

  test('another collector goes on where a killed one stopped, and tells nobody twice', async () => {
    watched().collector().child.kill('SIGKILL');
    await watched().startCollector();
    await watched().played.rounds(1, { seconds: [1, 1.2, 1.5, 4.8] });
    await watched().judged();
    expect(watched().overNats).toHaveLength(1);
    expect(watched().overHook).toHaveLength(1);
    expect(await watched().firing()).toEqual(['nestwatch-slowdown-parent guest3']);
  });

  test('a test of targets says of each whether it arrived', async () => {
    const heard = watched().overHook.length;
    const listed = JSON.parse(await watched().nestwatch('notify', 'list', '--json'));
    expect(listed.targets).toMatchObject([
      { name: 'alertmanager', kind: 'alertmanager', leastSeverity: 'warning' },
      { name: 'webhook', kind: 'webhook' },
      { name: 'hook', kind: 'webhook', labs: ['other-*'] },
      { name: 'away', kind: 'ntfy' },
    ]);
    const { targets } = JSON.parse(await watched().nestwatch('notify', 'test', 'hook', 'away', '--json'));
    expect(targets).toMatchObject([
      { name: 'hook', remarks: [] },
      { name: 'away', error: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/) },
    ]);
    expect(targets[0]).not.toHaveProperty('error');
    const [test, ...more] = watched().overHook.splice(heard);
    expect(more).toEqual([]);
    expect(test).toMatchObject({ mine: true, rule: 'test', state: 'firing' });
    expect(test?.summary).toMatch(/^This is a test/);
    await expect(watched().nestwatch('notify', 'test', 'nobody')).rejects.toThrow(
      'this collector has no target nobody; it has alertmanager, webhook, hook, away',
    );
    await expect(watched().nestwatch('notify', 'tset')).rejects.toThrow('give "list", or "test"');
  });

  test('while InfluxDB is away that is told of, and nothing else changes', async () => {
    await watched().lab.processes.stop(watched().lab.processes.find('influxd') as ChildProcess);
    const blind = async () =>
      (await watched().firing()).some((each) => each.startsWith('nestwatch-collector-behind'));
    await waitUntil(blind, { what: 'an alert on InfluxDB' });
    await watched().lab.startInflux();
    const ended = (messages: Message[]) => messages.at(-1)?.state === 'resolved';
    await waitUntil(() => ended(watched().overNats) && ended(watched().overHook), { what: 'the end of it' });
    expect(
      watched()
        .overNats.slice(1, 3)
        .map(({ rule, state }) => `${rule} ${state}`),
    ).toEqual(['collector-behind firing', 'collector-behind resolved']);
    watched().overNats.splice(1);
    watched().overHook.splice(1);
    // Each of those who are told hears of it in his own time.
    await waitUntil(async () => (await watched().firing()).join() === 'nestwatch-slowdown-parent guest3', {
      what: 'nothing but the slow guest in Alertmanager',
    });
  });

  test('the alert is over when guest3 is as fast as before', async () => {
    await watched().played.rounds(5, { seconds: USUAL });
    await waitUntil(async () => (await watched().firing()).length === 0, {
      what: 'no alert in Alertmanager',
    });
    await waitUntil(() => watched().overNats.length > 1 && watched().overHook.length > 1, {
      what: 'the end over NATS and the webhook',
    });
    expect(watched().overNats.map((message) => message.state)).toEqual(['firing', 'resolved']);
    expect(watched().overHook.map((message) => message.state)).toEqual(['firing', 'resolved']);
  });

  test('nestwatch report says what happened, in three forms', async () => {
    const text = await watched().nestwatch('report', 'lab', '--span', '1d');
    expect(text).toMatch(/guest3 +\d+ +[\d.]+ MB\/s +×1\.3\d \(/);
    expect(text).toMatch(/critical: guest3 \(layer 3\) is 2\.\d+ times slower than usual at cpu\.sha256/);
    const json = JSON.parse(await watched().nestwatch('report', '--span', '1d', '--json')) as {
      nodes: { name: string }[];
      alerts: { node: string; rule: string; resolvedUs?: number }[];
    };
    expect(json.nodes.map((node) => node.name)).toEqual(['guest0', 'guest1', 'guest2', 'guest3']);
    expect(json.alerts).toMatchObject([
      { rule: 'collector-behind', resolvedUs: expect.any(Number) },
      { node: 'guest3', resolvedUs: expect.any(Number) },
    ]);
    expect(await watched().nestwatch('report', 'lab', '--markdown')).toContain(
      '| critical | slowdown-parent | guest3 |',
    );
    await expect(watched().nestwatch('report', 'other')).rejects.toThrow('unknown lab other; known: lab');
  });

  test('a slow host blames no guest', async () => {
    await watched().played.rounds(4, { seconds: USUAL.map((seconds) => seconds * 2.4) });
    await waitUntil(async () => (await watched().firing()).length > 0, { what: 'an alert in Alertmanager' });
    await watched().judged();
    expect(await watched().firing()).toEqual(['nestwatch-slowdown-self guest0']);
    const summary = async () => (await watched().alertmanager.active())[0]?.annotations['summary'] ?? '';
    // A host's results come before its guests'. An alert that fires between them names the guests when Alertmanager is
    // reminded of it, within a minute.
    const names = async () => (await summary()).includes('the host is slow, and its guests guest1');
    await waitUntil(names, { what: 'the slow guests in the alert', limitMs: 120_000 });
  });

  test('a node that is forgotten is out of tables and alerts at once, also for a new collector, until it reports again', async () => {
    const { nestwatch, firing, played } = watched();
    const names = async (...words: string[]) => {
      const printed = JSON.parse(await nestwatch(...words, '--json')) as { name: string }[];
      return [...new Set(printed.map(({ name }) => name))].toSorted();
    };
    const nodes = async () => names('lab', 'lab');
    await expect(nestwatch('forget', 'guset0', '--lab', 'lab')).rejects.toThrow(
      'lab lab has no node guset0; did you mean guest0',
    );
    expect(await names('status', 'lab')).toEqual(['guest0', 'guest1', 'guest2', 'guest3']);
    const said = await nestwatch('forget', 'guest0', '--lab', 'lab');
    expect(said).toMatch(
      /^guest0 of lab lab is forgotten: .*\nNATS keeps its accounts on another machine\. .*/,
    );
    expect(said).toMatch(/^over: guest0 \(layer 0\) is 2\.\d+ times slower/m);
    expect(await nodes()).toEqual(['guest1', 'guest2', 'guest3']);
    expect(await names('status', 'lab')).toEqual(['guest1', 'guest2', 'guest3']);
    const report = JSON.parse(await nestwatch('report', 'lab', '--span', '1d', '--json')) as {
      nodes: { name: string }[];
    };
    expect(report.nodes.map(({ name }) => name)).toEqual(['guest1', 'guest2', 'guest3']);
    const ofGuest0 = async () => (await firing()).filter((each) => each.endsWith(' guest0'));
    await waitUntil(async () => (await ofGuest0()).length === 0, { what: 'no alert of guest0' });
    watched().collector().child.kill('SIGKILL');
    await watched().startCollector();
    expect(await nodes()).toEqual(['guest1', 'guest2', 'guest3']);
    await expect(nestwatch('forget', 'guest0', '--lab', 'lab')).rejects.toThrow('has no node guest0');
    // Its history is there.
    await watched().lab.waitForRows("SELECT last(seq) FROM nestwatch_report WHERE node = 'guest0'");
    await played.alive();
    await waitUntil(async () => (await nodes()).includes('guest0'), { what: 'guest0 once more' });
  });
});

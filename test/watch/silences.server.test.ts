import { expect, test } from 'vitest';
import { waitUntil } from '../../deploy/local/wait.ts';
import { USUAL } from '../support/recorded-lab.ts';
import { describeWatched } from '../support/watched-lab.ts';

describeWatched('silences', (watched) => {
  test('a silence keeps people from hearing of guest3, and only of it', async () => {
    await watched().played.rounds(20, { seconds: USUAL });
    await watched().judged();
    expect(
      await watched().nestwatch(
        'silence',
        'lab',
        '--node',
        'guest3',
        '--for',
        '1h',
        '--why',
        'being rebuilt',
      ),
    ).toContain('guest3 and below');
    const before = watched().overNats.length;
    await watched().played.rounds(3, { seconds: [1, 1.2, 1.5, 4.8] });
    await watched().lab.waitForRows('SELECT * FROM nestwatch_alert WHERE silenced = 1');
    await watched().judged();
    expect(watched().overNats).toHaveLength(before);
    expect(await watched().nestwatch('alerts', 'lab')).toMatch(/silenced +critical +lab +guest3/);
    const id = /^([0-9a-f]{8}) /m.exec(await watched().nestwatch('silence', 'lab', '--list'))?.[1] ?? '';
    await watched().nestwatch('silence', 'lab', '--end', id);
    await waitUntil(() => watched().overNats.length > before, { what: 'the alert after the silence' });
    await watched().played.rounds(5, { seconds: USUAL });
    await waitUntil(async () => (await watched().firing()).length === 0, {
      what: 'no alert in Alertmanager',
    });
  });
});

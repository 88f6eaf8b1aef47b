import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/**
 * Loaded into a program with `node --import`: samples what its main thread does until it ends, and writes that to the
 * file in NESTWATCH_PROFILE, in the form of Chrome's developer tools (.cpuprofile).
 */
const file = process.env['NESTWATCH_PROFILE'];
if (file !== undefined) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  session.post('Profiler.start');
  process.once('exit', () => {
    session.post('Profiler.stop', (error, result) => {
      if (error === null) writeFileSync(file, JSON.stringify(result.profile));
    });
  });
}

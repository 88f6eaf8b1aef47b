// A reporter for vitest: errors outside of any test, which its JSON report leaves out. They go into the file that
// NESTWATCH_TEST_UNHANDLED names, one array of messages.
import { writeFileSync } from 'node:fs';

export default class UnhandledErrors {
  onTestRunEnd(_modules, errors) {
    const file = process.env.NESTWATCH_TEST_UNHANDLED;
    if (file !== undefined)
      writeFileSync(file, JSON.stringify(errors.map(({ stack, message }) => stack ?? message)));
  }
}

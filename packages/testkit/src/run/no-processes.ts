import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

// For the group `unit`: a test that starts a process fails, and says which group it belongs to.
const forbidden = (): never => {
  throw new Error('a unit test starts no process: name the file *.server.test.ts (docs/testing.md)');
};

// spawn, exec, execFile and fork all come to this.
Object.assign(ChildProcess.prototype, { spawn: forbidden });
Object.assign(childProcess, { spawnSync: forbidden, execSync: forbidden, execFileSync: forbidden });
syncBuiltinESMExports();

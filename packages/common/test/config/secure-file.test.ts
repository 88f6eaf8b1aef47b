import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { refuseOpen, refuseWritable } from '../../src/config/secure-file.ts';
import { UsageError } from '../../src/errors.ts';

const isRoot = process.getuid?.() === 0;
const STRANGER = 12_345;

let folder: string;
let file: string;
beforeEach(() => {
  folder = join(temporaryFolder('settings'), 'etc');
  mkdirSync(folder);
  file = join(folder, 'agent.yaml');
  writeFileSync(file, 'lab: a\n');
  chmodSync(file, 0o644);
});

describe('a file of settings', () => {
  test('that its owner may write, and others read, is taken', () => {
    expect(() => refuseWritable(file)).not.toThrow();
  });

  test('that is none is taken', () => {
    expect(() => refuseWritable('/dev/null')).not.toThrow();
  });

  test('that everybody may write is refused, also by another way to it', () => {
    chmodSync(file, 0o646);
    expect(() => refuseWritable(file)).toThrow(UsageError);
    expect(() => refuseWritable(file)).toThrow(`${file} is writable by everybody`);
    const link = join(folder, 'link.yaml');
    symlinkSync(file, link);
    expect(() => refuseWritable(link)).toThrow(`run "chmod o-w ${file}"`);
  });

  test('in a folder that everybody may write is refused, unless only owners can take away what is there', () => {
    chmodSync(folder, 0o777);
    expect(() => refuseWritable(file)).toThrow(
      `${folder} is writable by everybody, who could replace ${file}`,
    );
    chmodSync(folder, 0o1777);
    expect(() => refuseWritable(file)).not.toThrow();
  });

  test('that decides whom to trust is refused when everybody may write it, whoever owns it', () => {
    expect(() => refuseOpen(file)).not.toThrow();
    if (isRoot) chownSync(file, STRANGER, 0);
    expect(() => refuseOpen(file)).not.toThrow();
    chmodSync(file, 0o646);
    expect(() => refuseOpen(file)).toThrow(`${file} is writable by everybody`);
    chmodSync(file, 0o644);
    chmodSync(folder, 0o777);
    expect(() => refuseOpen(file)).toThrow(`who could replace ${file}`);
  });

  test.runIf(isRoot)('of another user, or in a folder of one, is refused', () => {
    chownSync(file, STRANGER, 0);
    expect(() => refuseWritable(file)).toThrow(`${file} belongs to another user`);
    const as = (uid: number, env = {}) => ({ getuid: () => uid, env });
    expect(() => refuseWritable(file, as(STRANGER))).not.toThrow();
    // Who became root by sudo.
    expect(() => refuseWritable(file, as(0, { SUDO_UID: String(STRANGER) }))).not.toThrow();
    chownSync(file, 0, 0);
    chownSync(folder, STRANGER, 0);
    expect(() => refuseWritable(file)).toThrow(
      `${folder} belongs to another user, who could replace ${file}`,
    );
  });
});

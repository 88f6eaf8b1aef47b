import { expect, test } from 'vitest';
import { parseInstallCommand } from '../../src/rounds/install-command.ts';

test('an install command is checked', () => {
  expect(parseInstallCommand({ command: ['virt-install', '-n', 'x'], limit: '30m' })).toEqual({
    command: ['virt-install', '-n', 'x'],
    success: [],
    cleanup: [],
    limitMs: 1_800_000,
  });
  expect(() => parseInstallCommand({ command: 'virt-install -n x' })).toThrow(/list of words/);
  expect(() => parseInstallCommand({ command: ['x'], clean: [] })).toThrow(/clean is not known/);
  expect(() => parseInstallCommand({})).toThrow(/command must be/);
});

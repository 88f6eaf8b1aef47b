import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import type { StableFacts } from '../capability/changes.ts';

/** Facts of the last report, kept so that what a reboot changed is noticed. */
export interface CapabilityMemory {
  load(): StableFacts | undefined;
  save(facts: StableFacts): void;
}

export function createCapabilityMemory(stateDir: string, log: Log): CapabilityMemory {
  const file = join(stateDir, 'capability.json');
  return {
    load() {
      try {
        return parseFacts(readFileSync(file, 'utf8'));
      } catch {
        return undefined;
      }
    },
    save(facts) {
      try {
        writeFileSync(`${file}.new`, JSON.stringify(facts), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (error) {
        log.warn('what this machine can host cannot be remembered', { file, error: messageOf(error) });
      }
    },
  };
}

function parseFacts(text: string): StableFacts | undefined {
  const given: unknown = JSON.parse(text);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'));
}

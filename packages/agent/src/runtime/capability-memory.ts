import { join } from 'node:path';
import { messageOf } from '@nestwatch/common/errors';
import { jsonFile } from '@nestwatch/common/json-file';
import type { Log } from '@nestwatch/common/log';
import type { StableFacts } from '../capability/changes.ts';

/** Facts of the last assessment, kept so that what a reboot changed is noticed. */
export interface CapabilityMemory {
  load(): StableFacts | undefined;
  /** Never rejects. */
  save(facts: StableFacts): Promise<void>;
}

export function createCapabilityMemory(stateDir: string, log: Log): CapabilityMemory {
  const file = jsonFile(join(stateDir, 'capability.json'), parseFacts);
  return {
    load: file.read,
    async save(facts) {
      await file.write(facts).catch((error: unknown) => {
        log.warn('what this machine can host cannot be remembered', { error: messageOf(error) });
      });
    },
  };
}

function parseFacts(json: unknown): StableFacts | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return Object.fromEntries(Object.entries(json).filter(([, value]) => typeof value === 'string'));
}

import { UsageError } from '@nestwatch/common/errors';
import type { Section } from '../section.ts';
import { agentSection } from './agent.ts';
import { agentStartSection } from './agent-start.ts';
import { collectorSection } from './collector.ts';
import { labSection } from './lab.ts';
import { longRunSection } from './long-run.ts';
import { profileSection } from './profile.ts';
import { scaleSection } from './scale.ts';
import { shareSection } from './share.ts';
import { storageSection } from './storage.ts';

/** All sections, in the order in which they run. */
export const sections: readonly Section[] = [
  agentStartSection,
  agentSection,
  collectorSection,
  profileSection,
  shareSection,
  scaleSection,
  storageSection,
  longRunSection,
  labSection,
];

/**
 * The sections to run: those named, else all but the long ones unless these are wanted.
 * @throws UsageError for a name that no section has.
 */
export function chooseSections(names: readonly string[], long: boolean): Section[] {
  const wrong = names.filter((name) => !sections.some((section) => section.name === name));
  if (wrong.length > 0) {
    const known = sections.map((section) => section.name).join(', ');
    throw new UsageError(`there is no section ${wrong.join(', ')}: the sections are ${known}`);
  }
  if (names.length > 0) return sections.filter((section) => names.includes(section.name));
  return sections.filter((section) => long || section.long !== true);
}

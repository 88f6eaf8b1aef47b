import { program as agent } from '@nestwatch/agent/program';
import { program as nestwatch } from '@nestwatch/collector/nestwatch-program';
import { program as collector } from '@nestwatch/collector/program';
import type { ProgramName } from '../manifest.ts';
import { type CommandTable, commandTable } from './command-table.ts';

/** What each command of the packages takes. */
export const TABLES: Readonly<Record<ProgramName, CommandTable>> = {
  'nestwatch-agent': commandTable(agent),
  'nestwatch-collector': commandTable(collector),
  nestwatch: commandTable(nestwatch),
};

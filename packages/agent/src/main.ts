import { runProgram } from '@nestwatch/common/cli/program';
import { program } from './program.ts';

process.exitCode = await runProgram(program, process.argv.slice(2), process);

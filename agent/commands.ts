// All commands of `coxswain`: dist/commands.cjs.
import { createProgram } from './cli/program';
import { runProgram } from './cli/runProgram';

void runProgram(createProgram);

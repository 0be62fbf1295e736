import { createAgentProgram } from './cli/agentProgram';
import { runProgram } from './cli/runProgram';

// What is never run costs memory and time all the same: the agent, which every window starts and which stays, is in a
// bundle without the other commands, which are in one of their own.
if (process.argv[2] === 'agent') void runProgram(createAgentProgram);
else void import('./commands');

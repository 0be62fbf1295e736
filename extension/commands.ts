import { AGENT_COMMANDS } from './commands/agent';
import { CHAOS_COMMANDS } from './commands/chaos';
import type { Command } from './commands/command';
import { POLICY_COMMANDS } from './commands/policies';
import { RELEASE_COMMANDS } from './commands/releases';
import { SCALING_COMMANDS } from './commands/scaling';
import { STEERING_COMMANDS } from './commands/steering';

export type { Command, MenuPlace } from './commands/command';

/** Every command, declared once; `manifest.ts` writes package.json from this. */
export const COMMANDS: readonly Command[] = [
  ...STEERING_COMMANDS,
  ...SCALING_COMMANDS,
  ...RELEASE_COMMANDS,
  ...CHAOS_COMMANDS,
  ...POLICY_COMMANDS,
  ...AGENT_COMMANDS,
];

import * as z from 'zod';
import { TaskName } from '../../agent/protocol/model';

/** What a command is about: part of a tree node, or the argument of a call from elsewhere. */
export const Target = z.object({
  workloadId: z.string().optional(),
  pod: z.string().optional(),
  proposalId: z.string().optional(),
  faultId: z.string().optional(),
  task: TaskName.optional(),
  version: z.number().int().positive().optional(),
  trainingId: z.string().optional(),
});
export type Target = z.infer<typeof Target>;

/** The target in a command's argument, whoever called it: a tree node, a button, or a keybinding's nothing. */
export function targetOf(argument: unknown): Target {
  const target =
    typeof argument === 'object' && argument !== null && 'target' in argument ? argument.target : argument;
  const parsed = Target.safeParse(target);
  return parsed.success ? parsed.data : {};
}

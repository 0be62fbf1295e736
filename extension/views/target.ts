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
  calibrationId: z.string().optional(),
  releaseId: z.string().optional(),
  /** Name of an analysis of the release, and of a metric of it. */
  analysis: z.string().optional(),
  metric: z.string().optional(),
  /** Name of a known experiment. */
  experiment: z.string().optional(),
  runId: z.string().optional(),
  /** Of a journal row. */
  seq: z.number().int().optional(),
  /** A file, for example one that an experiment is written in. */
  uri: z.string().optional(),
});
export type Target = z.infer<typeof Target>;

const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The target in a command's argument, whoever called it: a tree node, a button, a code lens or an editor's title with
 * the address of a file, or a keybinding's nothing.
 */
export function targetOf(argument: unknown): Target {
  if (typeof argument === 'string') return ADDRESS.test(argument) ? { uri: argument } : {};
  if (isUri(argument)) return { uri: argument.toString() };
  const target =
    typeof argument === 'object' && argument !== null && 'target' in argument ? argument.target : argument;
  const parsed = Target.safeParse(target);
  return parsed.success ? parsed.data : {};
}

function isUri(argument: unknown): argument is { scheme: string; path: string; toString(): string } {
  return typeof argument === 'object' && argument !== null && 'scheme' in argument && 'path' in argument;
}

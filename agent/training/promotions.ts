import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CoxswainError } from '../protocol';
import { writeAtomically } from './atomicFile';
import { fileErrorCode } from './diskErrors';

const version = z.number().int().positive().nullable();

/** Which version of a task steers. Null stands for the task's own rule. */
const Promotions = z.object({
  active: version,
  /** What steered before; a roll back returns to it. */
  previous: version,
  /** Every change, oldest first. */
  history: z.array(z.object({ kind: z.enum(['promoted', 'rolled-back']), version, atMs: z.number() })),
});
export type Promotions = z.infer<typeof Promotions>;

/** @throws CoxswainError `model-invalid` where the file is damaged */
export function readPromotions(path: string): Promotions {
  try {
    return Promotions.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return { active: null, previous: null, history: [] };
    throw new CoxswainError(
      'model-invalid',
      `${path} does not say which policy steers: it is damaged.`,
      'Restore it from a copy, or move it aside and promote a version anew.',
      { cause: error },
    );
  }
}

export function writePromotions(path: string, promotions: Promotions): void {
  writeAtomically(path, [Buffer.from(`${JSON.stringify(promotions, null, 2)}\n`)]);
}

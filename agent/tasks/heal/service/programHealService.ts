import { join } from 'node:path';
import type { HealServiceFactory } from '../../../server/healService';
import { shippedPoliciesDirectory } from '../../../server/shippedFolder';
import { createHealService } from './healService';

/** The service of an agent that runs from the built program, in whose folder the policies and the worker are. */
export function programHealService(program: {
  version: string;
  assetsDirectory: string;
}): HealServiceFactory {
  return createHealService({
    policiesDirectory: shippedPoliciesDirectory(program.assetsDirectory),
    learnWorkerFile: join(program.assetsDirectory, 'learnWorker.cjs'),
    codeVersion: program.version,
    monotonicMs: () => performance.now(),
  });
}

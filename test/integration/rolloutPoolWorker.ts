import { openSync } from 'node:fs';
import { createEnv } from '../../agent/training/environments';
import { serveRollouts } from '../../agent/training/rolloutServer';

/** How a CartPole of these tests goes wrong, in the nth step of an env. */
export interface Fault {
  kind: 'exit' | 'crash' | 'throw' | 'nan';
  step: number;
  /** Whoever creates this file has the fault, so that there is one; null: everybody. */
  onceFile: string | null;
}

serveRollouts(({ name, options }) => {
  const env = createEnv({ name, options: {} });
  const { fault } = options as { fault?: Fault };
  if (!fault) return env;
  let steps = 0;
  const step = env.step.bind(env);
  env.step = (action) => {
    const result = step(action);
    if (++steps === fault.step && isMine(fault)) goWrong(fault.kind, env.observation);
    return result;
  };
  return env;
});

function isMine({ onceFile }: Fault): boolean {
  if (onceFile === null) return true;
  try {
    openSync(onceFile, 'wx');
    return true;
  } catch {
    return false;
  }
}

function goWrong(kind: Fault['kind'], observation: Float32Array): void {
  if (kind === 'exit') process.exit(3);
  if (kind === 'throw') throw new Error('out of order');
  if (kind === 'nan') observation[2] = Number.NaN;
  if (kind !== 'crash') return;
  // After its work, out of any reach of the worker's own error handling.
  setImmediate(() => {
    throw new Error('crashed');
  });
}

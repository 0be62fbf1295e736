import type { AgentSnapshot, ExperimentInfo } from '../agent/protocol';
import { CoxswainError } from '../agent/protocol/errors';
import { runResult } from '../webview/model/runs';
import type { RunEnd } from './flows/runFollow';

/** The experiments of one file, or those that are shipped. */
export interface TestGroup {
  path: string | null;
  title: string;
  experiments: readonly ExperimentInfo[];
}

/** What the Test Explorer shows: experiments that can be run as they are, so that each has a target. */
export function resilienceTests(experiments: readonly ExperimentInfo[]): TestGroup[] {
  const tests = experiments.filter(({ problem, workloadId }) => problem === null && workloadId !== null);
  return [...Map.groupBy(tests, ({ path }) => path)]
    .map(([path, ofFile]) => ({
      path,
      title: path?.split(/[\\/]/).at(-1) ?? 'Shipped with Coxswain',
      experiments: ofFile,
    }))
    .sort((a, b) => Number(a.path === null) - Number(b.path === null) || a.title.localeCompare(b.title));
}

/** Why no test can be run now, before anything is asked of the agent; null where they can. */
export function whyNotNow({ connection, mode, control }: AgentSnapshot): CoxswainError | null {
  if (connection.kind !== 'connected') {
    return new CoxswainError(
      'not-connected',
      'Coxswain is not connected to a cluster, so no experiment was run.',
      'Connect to a context, or start the embedded cluster.',
    );
  }
  if (mode === 'observe') {
    return new CoxswainError(
      'guard-denied',
      'Coxswain is in mode observe, in which nothing is ever written, so no experiment was run.',
      'Switch to mode approve or auto with "Coxswain: Switch Mode".',
    );
  }
  if (control.kind === 'stopped') {
    return new CoxswainError(
      'guard-denied',
      'An emergency stop is in force, so no experiment was run.',
      'Clear it with "Coxswain: Resume".',
    );
  }
  return null;
}

/**
 * A run as a test's result. It passes or fails by its hypothesis alone. A run that says nothing of it is an error and
 * not a skipped test, also where it was inconclusive: nobody is to take a fault that never came for resilience.
 */
export function testResult(end: RunEnd): { kind: 'passed' | 'failed' | 'errored'; text: string } {
  if (end.kind === 'lost') return { kind: 'errored', text: `It has no verdict: ${end.why}` };
  const { run } = end;
  const text = [`${runResult(run)}.`, run.text].filter(Boolean).join(' ');
  if (run.verdict === 'passed' || run.verdict === 'failed') return { kind: run.verdict, text };
  return { kind: 'errored', text };
}

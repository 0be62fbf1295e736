import { policyArm } from '../evaluate/arm';
import { evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import type { TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import { createEnv } from '../training/environments';
import { TASK_PRESETS } from '../training/taskPresets';
import { formatComparison } from './comparison';
import { openModel } from './openModel';
import { print } from './output';
import { untilEnd } from './untilEnd';

export interface EvaluateOptions {
  stateDir: string;
  task: TaskName;
  model?: string;
  episodes: number;
  json?: boolean;
}

/** The result goes into the store, where the policy is a version of it. */
export async function evaluate({ stateDir, task, model, episodes, json }: EvaluateOptions): Promise<void> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(new Error(reason)));
  const { policy, name, version, store } = openModel(stateDir, task, model);
  const { env } = policy.provenance;
  checkContract(policy, createEnv(env), name);
  const actor = createActor(policy, createEngine('wasm'));
  const results = await evaluateArms({
    createEnv: () => createEnv(env),
    arms: [policyArm(name, actor), ...TASK_PRESETS[task].arms],
    seeds: heldOutSeeds(episodes),
    onProgress: (done, total) => progress(done, total),
    signal: aborter.signal,
  });
  if (version !== null) store.setEvaluation(task, version, summaryOf(results));
  if (json) print(JSON.stringify(results.map(({ episodes: _, ...result }) => result)));
  else print(formatComparison(results));
}

/** On stderr, where a person looks. */
function progress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done === total ? '\r\x1b[K' : `\r${done} of ${total} episodes`);
}

import { policyArm } from '../evaluate/arm';
import { type ArmResult, evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import type { TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import { createEnv } from '../training/environments';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import { formatComparison } from './comparison';
import { type OpenedModel, openModel } from './openModel';
import { print } from './output';
import { printProgress } from './progress';

export interface EvaluateOptions {
  stateDir: string;
  task: TaskName;
  model?: string;
  episodes: number;
  json?: boolean;
}

export async function evaluate({ stateDir, task, model, episodes, json }: EvaluateOptions): Promise<void> {
  const opened = openModel(stateDir, task, model);
  const { policy, name } = opened;
  const { env } = policy.provenance;
  checkContract(policy, createEnv(env), name);
  const actor = createActor(policy, createEngine('wasm'));
  await orNothing(async (signal) => {
    const results = await evaluateArms({
      createEnv: () => createEnv(env),
      arms: [policyArm(name, actor), ...TASK_PRESETS[task].arms],
      seeds: heldOutSeeds(episodes),
      onProgress: (done, total) => printProgress(done === total ? '' : `${done} of ${total} episodes`),
      signal,
    });
    if (json) print(JSON.stringify(results.map(({ episodes: _, ...result }) => result)));
    else print(formatComparison(results));
    keep(opened, task, results);
  });
}

/** In the store, where the policy is a version of it; a quick look does not replace a thorough one. */
function keep(
  { policy, name, version, store }: OpenedModel,
  task: TaskName,
  results: readonly ArmResult[],
): void {
  const summary = summaryOf(results);
  if (version === null || summary === null) return;
  const stored = policy.provenance.evaluation?.episodes ?? 0;
  if (summary.episodes >= stored) store.setEvaluation(task, version, summary);
  else process.stderr.write(`${name} keeps its evaluation of ${stored} episodes.\n`);
}

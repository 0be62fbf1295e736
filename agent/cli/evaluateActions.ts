import { policyArm } from '../evaluate/arm';
import { type ArmResult, evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import { servePlayer } from '../evaluate/heal/playerProcess';
import { CoxswainError, TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import { formatComparison } from './comparison';
import { type EvaluateHealOptions, evaluateHeal } from './evaluateHealActions';
import { type OpenedModel, openModel, openStore, taskAndVersion } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { printProgress } from './progress';

export interface EvaluateOptions extends EvaluateHealOptions {
  task?: TaskName;
  model?: string;
  json?: boolean;
  /** Play for the process that started this one. */
  serve?: boolean;
}

/** Of a single policy. */
const EPISODES = 100;

/** What only the whole comparison of a task takes. */
const COMPARISON_OPTIONS = [
  'quick',
  'seeds',
  'arms',
  'detection',
  'reaction',
  'output',
  'format',
  'workers',
] as const;

/** `coxswain evaluate heal` compares all that can heal, `evaluate heal/3` and `--task heal` one policy with its rules. */
export async function evaluate(
  what: string | undefined,
  options: EvaluateOptions,
  context: ProgramContext,
): Promise<void> {
  if (options.serve) return servePlayer();
  const { task, model } = whichOf(what, options);
  if (what === undefined || model !== undefined) {
    refuseComparisonOptions(options);
    return evaluatePolicy({ ...options, task, model }, openStore(options.stateDir, context));
  }
  if (task !== 'heal') {
    throw new CoxswainError(
      'usage',
      `There is no whole comparison of ${task} yet.`,
      `Compare one version with the task's rules: coxswain evaluate ${task}/1`,
    );
  }
  return evaluateHeal(options.json ? { ...options, format: 'json' } : options, context);
}

/** @throws CoxswainError `usage` */
function whichOf(
  what: string | undefined,
  { task, model }: EvaluateOptions,
): { task: TaskName; model: string | undefined } {
  if (what === undefined) {
    if (task !== undefined) return { task, model };
    throw new CoxswainError(
      'usage',
      'It is not said what to evaluate.',
      'Name it: `coxswain evaluate heal` for all that can heal, `coxswain evaluate heal/3` for one policy.',
    );
  }
  const whole = TaskName.safeParse(what);
  const named = whole.success ? { task: whole.data, version: undefined } : taskAndVersion(what);
  if (!named || task !== undefined || model !== undefined) {
    throw new CoxswainError(
      'usage',
      `${JSON.stringify(what)} cannot be evaluated${named ? ' together with --task or --model' : ''}.`,
      `Name a task or a version of it alone, such as heal or heal/3; tasks are ${TaskName.options.join(', ')}.`,
    );
  }
  return { task: named.task, model: named.version };
}

function refuseComparisonOptions(options: EvaluateOptions): void {
  const given = COMPARISON_OPTIONS.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new CoxswainError(
    'usage',
    `Only the comparison of a whole task takes ${given.map((name) => `--${name}`).join(', ')}.`,
    'Leave that out, or name the task alone: coxswain evaluate heal',
  );
}

interface PolicyToEvaluate {
  task: TaskName;
  model: string | undefined;
  episodes?: number;
  json?: boolean;
}

async function evaluatePolicy(request: PolicyToEvaluate, store: ModelStore): Promise<void> {
  const { task, model, episodes = EPISODES, json } = request;
  const opened = openModel(store, task, model);
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
    keep(store, opened, task, results);
  });
}

/** In the store, where the policy is a version of it; a quick look does not replace a thorough one. */
function keep(
  store: ModelStore,
  { policy, name, version }: OpenedModel,
  task: TaskName,
  results: readonly ArmResult[],
): void {
  const summary = summaryOf(results);
  if (version === null || summary === null) return;
  const stored = policy.provenance.evaluation?.episodes ?? 0;
  if (summary.episodes >= stored) store.setEvaluation(task, version, summary);
  else process.stderr.write(`${name} keeps its evaluation of ${stored} episodes.\n`);
}

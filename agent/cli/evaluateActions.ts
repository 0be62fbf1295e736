import { policyArm } from '../evaluate/arm';
import { localCanaryPlayers } from '../evaluate/canary/runCanary';
import { type ArmResult, evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import { localPlayers } from '../evaluate/heal/runHeal';
import { servePlayer } from '../evaluate/players/playerProcess';
import { localScalePlayers } from '../evaluate/scale/runScale';
import { CoxswainError, TaskName } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { createActor } from '../rl/policy/actor';
import { checkContract } from '../rl/policy/contract';
import { createEnv } from '../training/environments';
import type { ModelStore } from '../training/modelStore';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import { formatComparison } from './comparison';
import { type EvaluateCanaryOptions, evaluateCanary } from './evaluateCanaryActions';
import { type EvaluateHealOptions, evaluateHeal } from './evaluateHealActions';
import { type EvaluateScaleOptions, evaluateScale } from './evaluateScaleActions';
import { type OpenedModel, openModel, openStore, taskAndVersion } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { printProgress } from './progress';

export interface EvaluateOptions extends EvaluateHealOptions, EvaluateScaleOptions, EvaluateCanaryOptions {
  task?: TaskName;
  model?: string;
  json?: boolean;
  /** Play for the process that started this one. */
  serve?: boolean;
}

/** Of a single policy. */
const EPISODES = 100;

/** What only the whole comparison of a task takes: of any, of healing, of scaling. Releases take no more. */
const COMMON_OPTIONS = ['quick', 'seeds', 'arms', 'output', 'format', 'workers'] as const;
const HEAL_OPTIONS = ['detection', 'reaction'] as const;
const SCALE_OPTIONS = ['trace', 'pace', 'price'] as const;

/**
 * `coxswain evaluate heal` compares all that can heal, `evaluate scale` all that can scale, `evaluate canary`
 * all that can release, `evaluate heal/3` and `--task heal` one policy with its rules.
 */
export async function evaluate(
  what: string | undefined,
  options: EvaluateOptions,
  context: ProgramContext,
): Promise<void> {
  if (options.serve) return serve(what);
  const { task, model } = whichOf(what, options);
  if (what === undefined || model !== undefined) {
    refuseOptions(options, [...COMMON_OPTIONS, ...HEAL_OPTIONS, ...SCALE_OPTIONS], 'a whole task');
    return evaluatePolicy({ ...options, task, model }, openStore(options.stateDir, context));
  }
  const comparison: EvaluateOptions = options.json ? { ...options, format: 'json' } : options;
  if (task === 'heal') {
    refuseOptions(options, SCALE_OPTIONS, 'scaling');
    return evaluateHeal(comparison, context);
  }
  if (task === 'scale') {
    refuseOptions(options, HEAL_OPTIONS, 'healing');
    return evaluateScale(comparison, context);
  }
  refuseOptions(options, HEAL_OPTIONS, 'healing');
  refuseOptions(options, SCALE_OPTIONS, 'scaling');
  return evaluateCanary(comparison, context);
}

function serve(what: string | undefined): Promise<void> {
  if (what === 'scale') return servePlayer(localScalePlayers);
  return what === 'canary' ? servePlayer(localCanaryPlayers) : servePlayer(localPlayers);
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
      'Name it: `coxswain evaluate heal`, `coxswain evaluate scale` or `coxswain evaluate canary` for all that can do that, `coxswain evaluate heal/3` for one policy.',
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

/** @param of whose comparison they are for. @throws CoxswainError `usage` */
function refuseOptions(
  options: EvaluateOptions,
  names: readonly (keyof EvaluateOptions)[],
  of: string,
): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  throw new CoxswainError(
    'usage',
    `Only the comparison of ${of} takes ${given.map((name) => `--${name}`).join(', ')}.`,
    'Leave that out, or name the task alone: coxswain evaluate heal, coxswain evaluate scale, coxswain evaluate canary',
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

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/schema';
import { podPricePerHour } from '../costs/podPrice';
import type { CostFormat } from '../costs/renderCosts';
import { renderSavings } from '../costs/renderSavings';
import { type SavingsArm, savings } from '../costs/savings';
import { assumedFit } from '../evaluate/calibrate/fit';
import { learnedArm } from '../evaluate/calibrate/learnedArms';
import type { Load } from '../evaluate/calibrate/load';
import { ruleArm } from '../evaluate/taskArms';
import { CoxswainError } from '../protocol';
import { createEngine } from '../rl/engine/engines';
import { LoadGenerator } from '../sim/load';
import { Random } from '../sim/random';
import type { ScaleBaseline } from '../sim/scale/baselines/baseline';
import { defaultHpa, tunedHpa } from '../sim/scale/baselines/hpa';
import { tunedPredictive } from '../sim/scale/baselines/predictive';
import { tunedQuantile } from '../sim/scale/baselines/quantile';
import { fixedReplicas } from '../sim/scale/baselines/simple';
import { PaceSettings } from '../sim/scale/pace';
import type { ScaleEnv } from '../sim/scale/scaleEnv';
import { CONTROL_STEP_SECONDS } from '../sim/scale/units';
import { chooseLoad, type LoadOptions } from '../simulate/loadChoice';
import { LOAD_PROFILE_NAMES } from '../simulate/loadProfiles';
import { learnedCandidates } from './calibratePolicies';
import { openStore } from './openModel';
import type { ProgramContext } from './programContext';
import { writeOrPrint } from './reportActions';
import { configAt } from './reportConnection';

export interface SavingsCommandOptions {
  profile: string;
  current: 'hpa' | 'hpa-tuned';
  replicas?: number;
  proposed: string;
  /** Requests per second. */
  podCapacity: number;
  /** Seconds. */
  startup: number;
  minReplicas: number;
  maxReplicas: number;
  violationPrice?: number;
  cpu: number;
  /** GiB. */
  memory: number;
  nodeType?: string;
  format: CostFormat;
  output?: string;
  config?: string;
  stateDir: string;
}

/** `coxswain savings`: the difference between two ways to scale, in money. */
export async function calculateSavings(
  options: SavingsCommandOptions,
  context: ProgramContext,
): Promise<void> {
  const { costs, scale } = configAt(options.config);
  const { title, load } = await loadOf(options.profile);
  const { minReplicas, maxReplicas, podCapacity, startup: startupSeconds } = options;
  if (minReplicas >= maxReplicas) {
    throw new CoxswainError(
      'usage',
      `--min-replicas ${minReplicas} is not less than --max-replicas ${maxReplicas}: there is nothing to scale.`,
      'Leave room between them.',
    );
  }
  checkFixed(options);
  const { domain } = assumedFit({ podCapacity, serviceSeconds: null, startupSeconds });
  const price = podPrice(costs, options);
  const current = options.replicas === undefined ? options.current : options.replicas;
  const opened = proposedArm(options, context);
  try {
    const result = savings({
      title,
      load,
      deployment: { domain, minReplicas, maxReplicas, guard: PaceSettings.parse({}) },
      current: typeof current === 'number' ? fixed(current) : RULES[current](),
      proposed: opened.arm,
      violationPrice: options.violationPrice ?? scale.violationPrice,
      podPerHour: price.perHour,
      millionRequests: costs.millionRequests,
      currency: costs.currency,
      warnings: [...price.warnings, ...capacityWarnings(load, options)],
    });
    writeOrPrint(renderSavings(result, options.format), options.output);
  } finally {
    opened.dispose();
  }
}

/** The simulator would bring another number to the nearest bound, and the figures would be of that one. */
function checkFixed({ replicas, minReplicas, maxReplicas }: SavingsCommandOptions): void {
  if (replicas === undefined || (replicas >= minReplicas && replicas <= maxReplicas)) return;
  throw new CoxswainError(
    'usage',
    `--replicas ${replicas} is not within --min-replicas ${minReplicas} and --max-replicas ${maxReplicas}.`,
    'Widen the bounds, or give another number.',
  );
}

/** Shorter loads are repeated: a window of five minutes has to count. */
const LEAST_SECONDS = 3600;

async function loadOf(profile: string): Promise<{ title: string; load: Load }> {
  const chosen = await chooseLoad(loadOptions(profile));
  const generator = () => new LoadGenerator(chosen.shape(0), new Random(1));
  const times = Math.max(1, Math.ceil(LEAST_SECONDS / chosen.seconds));
  const steps = Math.max(1, Math.floor(chosen.seconds / CONTROL_STEP_SECONDS));
  const once = generator();
  const rates = Array.from({ length: steps }, () => once.advance(CONTROL_STEP_SECONDS));
  const load = Float32Array.from({ length: steps * times }, (_, step) => rates[step % steps] ?? 0);
  if (!load.some((rate) => rate > 0)) {
    throw new CoxswainError('usage', `The load ${profile} has no requests.`, 'Give one that has some.');
  }
  return { title: times === 1 ? chosen.title : `${chosen.title}, ${times} times`, load };
}

function loadOptions(profile: string): LoadOptions {
  const known = LOAD_PROFILE_NAMES.find((name) => name === profile);
  if (known) return { profile: known, scale: 1 };
  const isStages = /^[\d.]+(ms|s|m|h)/.test(profile) && profile.includes(':') && !existsSync(profile);
  return isStages ? { stages: profile, scale: 1 } : { trace: profile, scale: 1 };
}

type RuleName = 'hpa' | 'hpa-tuned' | 'predictive' | 'quantile';

const RULES: Readonly<Record<RuleName, () => SavingsArm>> = {
  hpa: () => rule('the HPA at 70 %', defaultHpa(), false),
  'hpa-tuned': () => rule('the tuned HPA', tunedHpa(), false),
  predictive: () => rule('the predictive rule', tunedPredictive(), true),
  quantile: () => rule('the quantile rule', tunedQuantile(), true),
};

function fixed(count: number): SavingsArm {
  return rule(`${count} replicas all the time`, fixedReplicas(count), false);
}

/** @param isPaced whether the guard would keep it to its pace */
function rule(title: string, baseline: ScaleBaseline, isPaced: boolean): SavingsArm {
  const arm = ruleArm<ScaleEnv>(baseline, (env, pods) => env.scaleTo(pods));
  return { title, arm: { arm, spec: 'scale/36', isPaced } };
}

function proposedArm(
  { proposed, stateDir }: SavingsCommandOptions,
  context: ProgramContext,
): { arm: SavingsArm; dispose(): void } {
  if (isRule(proposed)) return { arm: RULES[proposed](), dispose: () => undefined };
  const [candidate] = learnedCandidates(openStore(resolve(stateDir), context), proposed);
  if (!candidate)
    throw new CoxswainError('not-found', `There is no ${proposed}.`, 'Name a version or a rule.');
  const { arm, dispose } = learnedArm(candidate, createEngine('wasm'));
  return { arm: { title: candidate.title, arm }, dispose };
}

function isRule(text: string): text is RuleName {
  return Object.hasOwn(RULES, text);
}

function podPrice(
  costs: Config['costs'],
  { cpu, memory, nodeType }: SavingsCommandOptions,
): { perHour: number; warnings: string[] } {
  const resources = { cpuCores: cpu, memoryBytes: memory * 2 ** 30, nodeType: nodeType ?? null };
  const own = nodeType === undefined ? undefined : costs.nodes[nodeType];
  const isKnown = nodeType === undefined || (own?.coreHour !== undefined && own.gibHour !== undefined);
  const gap = `costs.nodes does not say all prices of ${nodeType}; the general price counts for the rest.`;
  return { perHour: podPricePerHour(costs, resources) ?? 0, warnings: isKnown ? [] : [gap] };
}

function capacityWarnings(load: Load, { podCapacity, maxReplicas }: SavingsCommandOptions): string[] {
  const peak = load.reduce((most, rate) => Math.max(most, rate), 0);
  const most = podCapacity * maxReplicas;
  return peak <= most
    ? []
    : [
        `The peak of ${peak.toFixed(0)} requests/s is more than ${maxReplicas} pods of ${podCapacity} serve: set --pod-capacity or --max-replicas.`,
      ];
}

import { setImmediate } from 'node:timers/promises';
import { createEngine } from '../../rl/engine/engines';
import { createActor } from '../../rl/policy/actor';
import { decodePolicy } from '../../rl/policy/policyOnnx';
import { Random } from '../../sim/random';
import { createScaleEnv, type ScaleEnv } from '../../sim/scale/scaleEnv';
import { CONTROL_STEP_SECONDS } from '../../sim/scale/units';
import type { DrawLoad } from '../../sim/scale/workload';
import type { Arm } from '../arm';
import { ruleArm } from '../taskArms';
import { bestConstant } from './bestConstant';
import type { ArmSource, EpisodeRecord, PlayedBlock } from './episodeRecord';
import { CLAIRVOYANT_ARM, SCALE_RULES } from './scaleRules';
import { type ConfidenceCounts, type ScalingArm, scalingArm } from './scalingArm';
import { type TraceLoad, traceWorkload } from './traceWorkload';
import { EVALUATION_WORKLOADS, type EvaluationWorkload } from './workloads';

/** What all arms of an evaluation have in common. */
export interface ScaleConditions {
  /** `guard`: what the agent steers keeps to the live guard's pace, with the HPA below it as a net. */
  pace: 'free' | 'guard';
  /** Recorded loads beside the generated ones. */
  traces: readonly TraceLoad[];
  /** Only those of these names; null for all. */
  workloads: readonly string[] | null;
}

/** One block of episodes. */
export interface BlockSeeds {
  first: number;
  /** Episodes of each load. */
  episodes: number;
}

/** What results are told at. */
export const JUDGED_PRICES: readonly number[] = [5, 20, 80];
/** More of a policy’s frontier, which is asked to give any trade-off. */
export const FRONTIER_PRICES: readonly number[] = [2, 5, 10, 20, 40, 80];
/** At which arms are compared where one price has to do. */
export const MIDDLE_PRICE = 20;

/** 24 h. */
export const EPISODE_STEPS = 5760;
/** Episodes of one load have seeds in a row; those of the next begin here. */
const SEEDS_PER_WORKLOAD = 1000;
const NO_COUNTS: ConfidenceCounts = { decisions: 0, changes: 0, sure: 0, sureChanges: 0 };

/** The loads of an evaluation, generated ones first. */
export function workloadsOf({ traces, workloads }: ScaleConditions): EvaluationWorkload[] {
  const all = [...EVALUATION_WORKLOADS, ...traces.map(traceWorkload)];
  return workloads === null ? all : all.filter(({ name }) => workloads.includes(name));
}

/** Plays blocks of episodes; it keeps nothing between them, so that who plays which block does not matter. */
export class ScalePlayer {
  readonly #source: ArmSource;
  readonly #conditions: ScaleConditions;
  /** Null for the best constant. */
  readonly #arm: Arm<ScaleEnv> | ScalingArm | null;
  readonly #prices: readonly number[];
  readonly #isPriced: boolean;
  readonly #envs = new Map<number, ScaleEnv>();
  /** What the envs draw next. */
  #load: DrawLoad = () => undefined;

  constructor(source: ArmSource, conditions: ScaleConditions) {
    this.#source = source;
    this.#conditions = conditions;
    this.#arm = armOf(source, conditions);
    this.#isPriced = source.kind === 'policy' ? source.isPriced : SCALE_RULES[source.name].isPriced;
    const prices = source.kind === 'policy' ? FRONTIER_PRICES : JUDGED_PRICES;
    this.#prices = this.#isPriced ? prices : [MIDDLE_PRICE];
  }

  /** Between two episodes the process may do other things. @throws the signal's reason */
  async play({ first, episodes }: BlockSeeds, signal?: AbortSignal): Promise<PlayedBlock> {
    const records: EpisodeRecord[] = [];
    for (const [index, { name, draw }] of workloadsOf(this.#conditions).entries()) {
      this.#load = draw;
      for (let episode = 0; episode < episodes; episode++) {
        const seed = first + index * SEEDS_PER_WORKLOAD + episode;
        for (const price of this.#prices) {
          signal?.throwIfAborted();
          records.push(this.#episode(name, seed, price));
          await setImmediate();
        }
      }
    }
    return { records, reactionSeconds: this.#reaction(first) };
  }

  #episode(workload: string, seed: number, price: number): EpisodeRecord {
    const env = this.#env(price);
    const info = this.#arm ? playOut(env, this.#arm, seed) : bestConstant(env, seed, price);
    const told = (name: string) => info[name] ?? 0;
    return {
      workload,
      seed,
      violationPrice: this.#isPriced ? price : null,
      meanPods: told('meanPods'),
      meanLoad: told('meanLoad'),
      violatedShare: told('violatedShare'),
      failedShare: told('errorShare'),
      actionsPerHour: told('actionsPerHour'),
      latencyP95Seconds: told('latencyP95Seconds'),
      utilisation: told('cpuUtilisation'),
      ...(this.#arm && 'counts' in this.#arm ? this.#arm.counts : NO_COUNTS),
    };
  }

  /**
   * A load that was even for half an hour doubles at once.
   *
   * @returns seconds until the end of the last control step of the next half hour in which more than 5 % of the
   *   requests were violated
   */
  #reaction(seed: number): number | null {
    if (!this.#arm || this.#arm.name === CLAIRVOYANT_ARM) return null;
    this.#load = (points) => {
      points.fill(STEP_LEVEL);
      points.fill(2 * STEP_LEVEL, STEP_AT);
    };
    const env = this.#env(MIDDLE_PRICE);
    env.reset(seed);
    const step = this.#arm.begin(env, new Random(seed));
    // The points begin with the warm-up, the env's steps after it.
    const onset = STEP_AT * CONTROL_STEP_SECONDS;
    let reaction = 0;
    while (env.model.seconds < onset + REACTION_SECONDS) {
      step();
      const isLate = env.model.service.violatedShare > ALLOWED_VIOLATIONS;
      if (isLate && env.model.seconds > onset) reaction = env.model.seconds - onset;
    }
    return reaction;
  }

  #env(price: number): ScaleEnv {
    const known = this.#envs.get(price);
    if (known) return known;
    const source = this.#source;
    const isSteered = source.kind === 'policy' || SCALE_RULES[source.name].isSteered;
    const env = createScaleEnv(
      {
        violationPrice: price,
        episodeSteps: EPISODE_STEPS,
        pace: isSteered ? this.#conditions.pace : 'free',
        ...(source.kind === 'policy' ? { spec: source.spec } : {}),
      },
      (points, random) => this.#load(points, random),
    );
    this.#envs.set(price, env);
    return env;
  }
}

const STEP_LEVEL = 0.45;
const STEP_AT = 128;
const REACTION_SECONDS = 1800;
const ALLOWED_VIOLATIONS = 0.05;

function playOut(env: ScaleEnv, arm: Arm<ScaleEnv>, seed: number): Readonly<Record<string, number>> {
  env.reset(seed);
  const step = arm.begin(env, new Random(seed));
  while (!step().truncated);
  return env.info();
}

function armOf(source: ArmSource, { pace }: ScaleConditions): Arm<ScaleEnv> | ScalingArm | null {
  if (source.kind === 'policy') {
    const { origin, bytes } = source;
    const actor = createActor(decodePolicy(bytes, origin), createEngine('wasm'));
    return scalingArm(origin, actor, pace === 'guard');
  }
  const { create } = SCALE_RULES[source.name];
  return create && ruleArm<ScaleEnv>(create(), (env, pods) => env.scaleTo(pods));
}

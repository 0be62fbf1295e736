import { setImmediate } from 'node:timers/promises';
import { createEngine } from '../../rl/engine/engines';
import { createActor } from '../../rl/policy/actor';
import { decodePolicy } from '../../rl/policy/policyOnnx';
import { createHealEnv, type HealEnv } from '../../sim/heal/healEnv';
import { Random } from '../../sim/random';
import type { Arm } from '../arm';
import { ruleArm } from '../taskArms';
import { type EpisodeRecord, type JudgedAction, type PlayedBlock, toRecord } from './episodeRecord';
import { HEAL_RULES, type HealConditions, type RuleName } from './healRules';
import { type ConfidentArm, learnedArm } from './learnedArm';

/** What plays an arm, as it can be sent to another process: a rule by its name, a policy as the bytes of its file. */
export type ArmSource =
  | { kind: 'rule'; name: RuleName }
  | { kind: 'policy'; origin: string; spec: string; bytes: Uint8Array };

/** Seeds in a row. */
export interface SeedRange {
  first: number;
  count: number;
}

/** Plays blocks of episodes; it keeps nothing between them, so that who plays which block does not matter. */
export class HealPlayer {
  readonly #env: HealEnv;
  readonly #arm: Arm<HealEnv> | ConfidentArm;

  constructor(source: ArmSource, conditions: HealConditions) {
    const { detection } = conditions;
    this.#env = createHealEnv(source.kind === 'rule' ? { detection } : { detection, spec: source.spec });
    this.#arm = source.kind === 'rule' ? ruleOf(source.name, conditions) : policyOf(source);
  }

  /** Between two episodes the process may do other things. @throws the signal's reason */
  async play({ first, count }: SeedRange, signal?: AbortSignal): Promise<PlayedBlock> {
    const records: EpisodeRecord[] = [];
    const judged: JudgedAction[] = [];
    for (let seed = first; seed < first + count; seed++) {
      signal?.throwIfAborted();
      records.push(this.#episode(seed, judged));
      await setImmediate();
    }
    return { records, judged };
  }

  #episode(seed: number, judged: JudgedAction[]): EpisodeRecord {
    const env = this.#env;
    env.reset(seed);
    const step = this.#arm.begin(env, new Random(seed));
    for (;;) {
      const { terminated, truncated } = step();
      if ('confidence' in this.#arm && told(env, 'actions')) {
        judged.push([this.#arm.confidence, !told(env, 'harmful') && !told(env, 'unneeded')]);
      }
      if (terminated || truncated) return toRecord(seed, env.info());
    }
  }
}

/** Whether the env's last step had something of a reward term: an action that was carried out, harmed, was not needed. */
function told({ rewardTerms, terms }: HealEnv, name: HealEnv['rewardTerms'][number]): boolean {
  return terms[rewardTerms.indexOf(name)] !== 0;
}

function ruleOf(name: RuleName, conditions: HealConditions): Arm<HealEnv> {
  return ruleArm(HEAL_RULES[name].create(conditions), (env: HealEnv, action) => env.step(action));
}

function policyOf({ origin, bytes }: Extract<ArmSource, { kind: 'policy' }>): ConfidentArm {
  return learnedArm(origin, createActor(decodePolicy(bytes, origin), createEngine('wasm')));
}

import { setImmediate } from 'node:timers/promises';
import { createEngine } from '../../rl/engine/engines';
import { createActor } from '../../rl/policy/actor';
import { decodePolicy } from '../../rl/policy/policyOnnx';
import { type CanaryEnv, createCanaryEnv } from '../../sim/canary/canaryEnv';
import { Random } from '../../sim/random';
import type { Arm } from '../arm';
import { CANARY_RULES } from './canaryRules';
import { type ArmSource, type EpisodeRecord, type PlayedBlock, toRecord } from './episodeRecord';
import { learnedPace, unguardedRelease } from './learnedPace';
import { CELLS, type Cell, TRAFFIC_LEVELS } from './trafficLevels';

/** What all arms of an evaluation have in common. */
export interface CanaryConditions {
  /** Indices of the cells that are played; null for all. */
  cells: readonly number[] | null;
}

/** One block of releases. */
export interface BlockSeeds {
  first: number;
  /** Releases of each cell. */
  episodes: number;
}

/** Releases of one cell have seeds in a row; those of the next begin here. */
export const SEEDS_PER_CELL = 1000;

/** Plays blocks of releases; it keeps nothing between them, so that who plays which block does not matter. */
export class CanaryPlayer {
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #conditions: CanaryConditions;
  readonly #arm: Arm<CanaryEnv>;
  readonly #envs = new Map<Cell, CanaryEnv>();

  constructor(source: ArmSource, conditions: CanaryConditions) {
    this.#conditions = conditions;
    if (source.kind === 'policy') {
      const { origin, bytes, verdict } = source;
      const actor = createActor(decodePolicy(bytes, origin), createEngine('wasm'));
      this.#options = { verdict };
      this.#arm = verdict === 'tests' ? learnedPace(origin, actor) : unguardedRelease(origin, actor);
    } else {
      const { options, create } = CANARY_RULES[source.name];
      this.#options = options;
      this.#arm = create();
    }
  }

  /** Between two cells the process may do other things. @throws the signal's reason */
  async play({ first, episodes }: BlockSeeds, signal?: AbortSignal): Promise<PlayedBlock> {
    const records: EpisodeRecord[] = [];
    for (const index of this.#conditions.cells ?? CELLS.keys()) {
      signal?.throwIfAborted();
      const start = first + index * SEEDS_PER_CELL;
      for (let seed = start; seed < start + episodes; seed++) records.push(this.#episode(index, seed));
      await setImmediate();
    }
    return { records };
  }

  #episode(cell: number, seed: number): EpisodeRecord {
    const env = this.#env(CELLS[cell] as Cell);
    env.reset(seed);
    const step = this.#arm.begin(env, new Random(seed));
    for (let ended = false; !ended; ) {
      const { terminated, truncated } = step();
      ended = terminated || truncated;
    }
    return toRecord(cell, seed, env.info());
  }

  #env(cell: Cell): CanaryEnv {
    const known = this.#envs.get(cell);
    if (known) return known;
    const [least, most] = TRAFFIC_LEVELS[cell.level].requestsPerSecond;
    const env = createCanaryEnv({
      ...this.#options,
      scenarios: [cell.scenario],
      requestsPerSecond: [least, most],
    });
    this.#envs.set(cell, env);
    return env;
  }
}

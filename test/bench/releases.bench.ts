import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { createEngine } from '../../agent/rl/engine/engines';
import { type Actor, createActor } from '../../agent/rl/policy/actor';
import { decodePolicy } from '../../agent/rl/policy/policyOnnx';
import { evidenceSteps } from '../../agent/sim/canary/baselines/evidenceSteps';
import { CANARY_FIELDS, writeObservation } from '../../agent/sim/canary/observation';
import { Random } from '../../agent/sim/random';
import type { IntervalCounts } from '../../agent/tasks/canary/evidence/counts';
import { releaseSettingsOf } from '../../agent/tasks/canary/live/releaseSettings';
import { type Counted, ReleaseTrial } from '../../agent/tasks/canary/live/releaseTrial';
import { compared, type Row } from './row';
import { median } from './statistics';

const RELEASES = 500;
const ROUTES = 8;
const ROUNDS = 60;
const LIMIT_MS = 1000;
const INTERVAL_MS = 30_000;
const POLICIES = join(process.cwd(), 'policies');

/** A round of decisions of many releases: the counts of each are tested, what they say is told, and its pace is asked for. */
export async function run(): Promise<Row[]> {
  const names = readdirSync(POLICIES).filter((name) => /^canary-.*\.onnx$/.test(name));
  const players: [string, Actor | null][] = [['evidence steps', null], ...names.map(actorNamed)];
  return players.map(([name, actor]) =>
    compared(`a round of ${RELEASES} releases, ${name} (median of ${ROUNDS})`, median(rounds(actor)), 'ms', {
      name: 'at most',
      value: LIMIT_MS,
    }),
  );
}

function actorNamed(name: string): [string, Actor] {
  const bytes = readFileSync(join(POLICIES, name));
  return [name.replace('.onnx', ''), createActor(decodePolicy(bytes, name), createEngine('wasm'))];
}

function rounds(actor: Actor | null): number[] {
  const random = new Random(1);
  const trials = Array.from({ length: RELEASES }, (_, index) => newTrial(`shop/Deployment/app-${index}`));
  const rule = evidenceSteps();
  const observation = new Float32Array(CANARY_FIELDS.length);
  return Array.from({ length: ROUNDS }, (_, round) => {
    const nowMs = (round + 1) * INTERVAL_MS;
    const measures = trials.map(() => aMeasure(random, nowMs));
    const startedMs = performance.now();
    for (const [index, trial] of trials.entries()) {
      trial.take(measures[index] as Counted, { nowMs, weight: 10, restarts: 0 });
      trial.state(nowMs);
      const view = trial.view(nowMs, 10);
      if (actor === null) rule.decide(view);
      else {
        writeObservation(view, observation);
        actor.decide(observation);
      }
    }
    return performance.now() - startedMs;
  });
}

function newTrial(id: string): ReleaseTrial {
  return new ReleaseTrial(id, { startedAtMs: 0, nowMs: 0, hasBaseline: false, isOfCopies: false }, SETTINGS);
}

const SETTINGS = releaseSettingsOf({ namespace: 'shop', kind: 'Deployment', name: 'app' }, DEFAULT_CONFIG);

/** What was counted of a healthy release on every route, about 100 requests a second in all. */
function aMeasure(random: Random, atMs: number): Counted {
  const strata = new Map(
    Array.from({ length: ROUTES }, (_, route) => [`/route/${route}`, someCounts(random)] as const),
  );
  return {
    kind: 'counted',
    atMs,
    seconds: INTERVAL_MS / 1000,
    strata,
    stable: { ...FIGURES, requests: 2700 },
    canary: { ...FIGURES, requests: 300 },
    slow: null,
    canaryCpu: 0.4,
    canaryMemory: 0.5,
    warnings: [],
  };
}

const FIGURES = { errors: 1, latencyP50Seconds: 0.08, latencyP95Seconds: 0.2, latencyP99Seconds: 0.28 };

function someCounts(random: Random): IntervalCounts {
  const [canaryRequests, stableRequests] = [random.poisson(37), random.poisson(337)];
  return {
    canaryRequests,
    canaryErrors: random.poisson(0.002 * canaryRequests),
    canarySlow: random.poisson(0.05 * canaryRequests),
    canaryVerySlow: random.poisson(0.02 * canaryRequests),
    stableRequests,
    stableErrors: random.poisson(0.002 * stableRequests),
    stableSlow: random.poisson(0.06 * stableRequests),
  };
}

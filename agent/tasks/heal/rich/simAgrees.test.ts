import { describe, expect, it } from 'vitest';
import { aPod, aTaskInput, aWorkload, podMetrics, someMetrics } from '../../../../test/support/builders';
import type { Pod } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { ReadyObservation, TaskInput } from '../../../loop/task';
import type { Reading } from '../../../metrics/reading';
import type { Action } from '../../../protocol';
import { FAULT_NAMES, type FaultName } from '../../../sim/heal/faults';
import { createHealEnv, DO_NOTHING, type HealEnv } from '../../../sim/heal/healEnv';
import { CRASHED, READY } from '../../../sim/heal/pods';
import { Random } from '../../../sim/random';
import type { HealFacts } from '../facts';
import { observeHeal } from '../observation';
import { WorkloadMemory } from '../workloadMemory';
import { HEAL_RICH } from './richSpec';

/** Cluster time at the simulation's zero. */
const START_MS = 1_800_000_000_000;
const WINDOW_MS = 20_000;

/** What the live loop would see of the simulated workload, were it a real one. */
function asLive(env: HealEnv): TaskInput {
  const { view, deployment, scenario } = env;
  const nowMs = atMs(view.now);
  const reading = (value: number | undefined): Reading =>
    value === undefined || Number.isNaN(value)
      ? { kind: 'missing', why: 'not measured' }
      : { kind: 'fresh', value, atMs: nowMs };
  const pods = Array.from({ length: view.count }, (_, row) => podOf(env, row));
  const metrics = pods.map((pod, row) => {
    const { p95Seconds, errorRate, cpu, memory, requests } = deployment.pods.metrics;
    // Of a pod that serves nobody there is no traffic to measure.
    const of = (column: Float64Array) => reading(pod.ready ? column[row] : Number.NaN);
    return [
      pod.name,
      podMetrics({
        latencyP95Seconds: of(p95Seconds),
        errorRate: of(errorRate),
        cpuUtilisation: of(cpu),
        memoryUtilisation: of(memory),
        requestsPerSecond: of(requests.map((count) => count / (WINDOW_MS / 1000))),
      }),
    ] as const;
  });
  const workload = aWorkload(pods, { desiredReplicas: view.wanted, readyReplicas: view.ready });
  const whole = someMetrics(Object.fromEntries(metrics), {
    windowMs: WINDOW_MS,
    latencyP95Seconds: reading(view.p95Seconds),
    errorRate: reading(view.errorRate),
    requestsPerSecond: reading(view.requestRate),
  });
  return aTaskInput(workload, whole, {
    nowMs,
    unhealthySinceMs: view.unhealthySeconds > 0 ? nowMs - view.unhealthySeconds * 1000 : null,
    baseReplicas: scenario.baseReplicas,
    slo: { latencyP95Ms: scenario.sloLatencySeconds * 1000, errorRate: 0.01 },
  });
}

function podOf({ deployment: { pods } }: HealEnv, row: number): Pod {
  const seconds = (column: Float64Array | Int32Array) => column[row] ?? 0;
  const phase = pods.phase[row];
  const ended = seconds(pods.crashedAt);
  return aPod(`pod-${pods.uid[row]}`, {
    ready: phase === READY,
    createdAtMs: atMs(seconds(pods.createdAt)),
    startedAtMs: atMs(seconds(pods.readyChangedAt)),
    readyChangedAtMs: atMs(seconds(pods.readyChangedAt)),
    restarts: seconds(pods.restarts),
    waitingReason: phase === CRASHED ? 'CrashLoopBackOff' : null,
    lastTermination: Number.isFinite(ended)
      ? { reason: pods.lastCrashOom === 1 ? 'OOMKilled' : 'Error', exitCode: 137, atMs: atMs(ended) }
      : null,
    drained: seconds(pods.drainedUntil) > 0,
  });
}

function atMs(seconds: number): number {
  return START_MS + seconds * 1000;
}

/** The action that the simulation has carried out in this step, as the loop reports it; null where it carried none out. */
function actedIn(env: HealEnv, actedAtBefore: number): Action | null {
  if (env.memory.actedAt === actedAtBefore) return null;
  const pod = { pod: 'a', podUid: 'a' };
  const actions: readonly (Action | null)[] = [
    null,
    { kind: 'restart-pod', ...pod },
    { kind: 'scale', from: 1, to: 2 },
    { kind: 'scale', from: 2, to: 1 },
    { kind: 'drain-pod', ...pod },
  ];
  return actions[env.memory.lastAction] ?? null;
}

/** Fields by name, of which the advice is left out: the live runbook has more to go by. */
function differences(env: HealEnv, { others }: ReadyObservation<HealFacts>): string[] {
  const live = others[0]?.values ?? [];
  return HEAL_RICH.fields.flatMap(({ name }, field) => {
    const simulated = env.observation[field] ?? Number.NaN;
    const seen = live[field] ?? Number.NaN;
    if (name.startsWith('advice_') || Math.abs(seen - simulated) < 1e-4) return [];
    return [`${name} is ${seen} live, ${simulated} in simulation at ${env.view.now} s`];
  });
}

/** Steps both through an episode of random actions. */
function episode(fault: FaultName, seed: number): { compared: number; different: string[] } {
  const env = createHealEnv({ faults: [fault], noFaultShare: 0, steps: 100 });
  const memory = new WorkloadMemory(() => DEFAULT_CONFIG);
  const random = new Random(seed);
  const different: string[] = [];
  let compared = 0;
  env.reset(seed);
  for (let step = 0; step < 100; step++) {
    const observation = observeHeal(asLive(env), DEFAULT_CONFIG, memory);
    // Without any metrics at all there is nothing to decide on, and the live memory stands still.
    if (observation.kind !== 'ready') break;
    compared += 1;
    different.push(...differences(env, observation));
    const actedAt = env.memory.actedAt;
    const nowMs = atMs(env.view.now);
    env.step(random.uniform() < 0.1 ? 1 + random.below(4) : DO_NOTHING);
    const action = actedIn(env, actedAt);
    if (action) memory.feedback({ kind: 'acted', action, atMs: nowMs });
  }
  return { compared, different };
}

describe('the rich observation', () => {
  for (const fault of FAULT_NAMES) {
    it(`is the same live as in simulation through episodes of ${fault}`, () => {
      const results = [1, 2, 3].map((seed) => episode(fault, seed));
      expect(results.flatMap(({ different }) => different)).toEqual([]);
      expect(results.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(200);
    });
  }
});

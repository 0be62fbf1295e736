import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, fresh } from '../../../../test/support/builders';
import type { Pod, Workload } from '../../../cluster/snapshot';
import type { LoadMetrics } from '../../../metrics/loadReadings';
import { Random } from '../../../sim/random';
import { drawDomain, type ScaleDomain } from '../../../sim/scale/domain';
import type { LoadFamily } from '../../../sim/scale/loadFamilies';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { ScaleModel, WARM_UP_STEPS } from '../../../sim/scale/scaleModel';
import { CONTROL_STEP_SECONDS } from '../../../sim/scale/units';
import { Workload as SimulatedLoad } from '../../../sim/scale/workload';
import { LiveView } from './liveView';
import { readScale, type ScaleReading } from './scaleReading';

const START_MS = 1_800_000_000_000;
const STEPS = 400;
/** The estimates of both have begun in different ways, and need so long to forget it. */
const SETTLED_STEPS = 300;
/** Of numbers of about −1…1, in the mean; what is different is what each has known before the first step. */
const MOST_DIFFERENCE = 0.04;
const LIMIT_CORES = 2;
const LIMIT_BYTES = 2 ** 30;

/** The simulator's deployment, which tells each step of it, those before the episode too. */
class Followed extends ScaleModel {
  onStep: () => void = () => undefined;

  override advance(): void {
    super.advance();
    this.onStep();
  }
}

/** When each pod that is ready became so: the live side sees conditions of pods, the simulator counts. */
class PodBirths {
  #births: { readyAt: number; wantedAt: number }[] = [];

  follow(model: ScaleModel): Workload {
    const now = model.seconds;
    const before = this.#births.length;
    if (model.pods.ready < before) this.#births.length = model.pods.ready;
    const measured = model.pods.measured(now);
    for (let index = before; index < model.pods.ready; index++) {
      // Which second of the step it was shows in whether its metrics count yet.
      const readyAt = index < measured ? now - CONTROL_STEP_SECONDS : now;
      this.#births.push({ readyAt, wantedAt: readyAt - model.pods.startupEstimateSeconds });
    }
    const pods: Pod[] = this.#births.map(({ readyAt, wantedAt }, index) =>
      aPod(`pod-${index}`, {
        uid: `${index}@${readyAt}`,
        readyChangedAtMs: START_MS + readyAt * 1000,
        createdAtMs: START_MS + wantedAt * 1000,
      }),
    );
    return aWorkload(pods, {
      desiredReplicas: model.pods.count,
      readyReplicas: model.pods.ready,
      cpuLimitCores: LIMIT_CORES,
      cpuRequestCores: LIMIT_CORES / 2,
      memoryLimitBytes: LIMIT_BYTES,
    });
  }
}

/** What Prometheus would say of the simulated deployment, were it a real one: requests count once they are answered. */
function asPrometheus(model: ScaleModel, workload: Workload, growth: number, nowMs: number): LoadMetrics {
  const { metrics, domain } = model;
  const of = (value: number) => fresh(value, nowMs);
  const byPod = (value: number) => new Map(workload.pods.map(({ name }) => [name, of(value)] as const));
  const answered = Math.max(0, metrics.arrivalRate - growth / CONTROL_STEP_SECONDS);
  return {
    scrapeIntervalMs: domain.metricLagSteps * 2 * CONTROL_STEP_SECONDS * 1000,
    windowMs: domain.metricWindowSteps * CONTROL_STEP_SECONDS * 1000,
    cpuCores: byPod(metrics.cpu * LIMIT_CORES),
    memoryBytes: byPod(metrics.memory * LIMIT_BYTES),
    requestsPerSecond: of(answered),
    errorRate: of(metrics.errorShare),
    latencyP50Seconds: of(metrics.latencyP95Seconds / 3),
    latencyP95Seconds: of(metrics.latencyP95Seconds),
    violatedShare: of(metrics.violatedShare),
    queue: of(metrics.backlog),
    warnings: [],
  };
}

interface Difference {
  field: string;
  simulated: number;
  live: number;
}

/** Both through one episode, with a rule of thumb that scales; what they see once both know as much. */
function episode(family: LoadFamily, seed: number, fixed: Partial<ScaleDomain>): Difference[] {
  const random = new Random(seed);
  const model = new Followed(2, 30);
  drawDomain(model.domain, random, { capacityDrift: 0.03, metricNoise: 0.01, ...fixed });
  const load = new SimulatedLoad(STEPS + WARM_UP_STEPS);
  const podRate = model.domain.concurrency / model.domain.serviceSeconds;
  load.drawFamily(family, model.domain.peakLoadShare * 30 * podRate, random);
  const view = new LiveView();
  const births = new PodBirths();
  let waiting: number | null = null;
  let step = 0;
  const found: Difference[] = [];
  model.onStep = () => {
    const nowMs = START_MS + model.seconds * 1000;
    const workload = births.follow(model);
    const growth = model.metrics.backlog - (waiting ?? model.metrics.backlog);
    waiting = model.metrics.backlog;
    const read = readScale(workload, asPrometheus(model, workload, growth, nowMs), nowMs);
    if (read.kind === 'no-data') throw new Error(read.reason);
    lookAt(view, workload, read.reading, nowMs, model);
    if (++step > SETTLED_STEPS) found.push(...differences(model, view));
  };
  model.begin(load.rates, random);
  for (let index = 0; index < STEPS; index++) {
    const { load: pods } = model.estimates;
    model.scaleTo(Math.ceil(pods / 0.6 + 1));
    model.advance();
  }
  return found;
}

function lookAt(view: LiveView, workload: Workload, reading: ScaleReading, nowMs: number, model: ScaleModel) {
  const { startupEstimateSeconds } = model.pods;
  const settings = {
    minReplicas: model.minReplicas,
    maxReplicas: model.maxReplicas,
    objectiveSeconds: 0.2,
    startupMs: startupEstimateSeconds * 1000,
  };
  view.lookAtPods(workload, nowMs, settings);
  view.take(reading, nowMs, settings);
}

function differences(model: ScaleModel, view: LiveView): Difference[] {
  return Object.entries(OBSERVATION_SPECS).flatMap(([spec, { fields, write }]) => {
    const [simulated, live] = [model, view].map((seen) => {
      const values = new Float32Array(fields.length);
      write(seen, 20, values);
      return values;
    });
    return fields.map(({ name }, index) => ({
      field: `${spec} ${name}`,
      simulated: simulated?.[index] ?? Number.NaN,
      live: live?.[index] ?? Number.NaN,
    }));
  });
}

/** Mean absolute difference by field, those of `at least` so much. */
function notable(all: readonly Difference[], atLeast: number): string[] {
  const byField = Map.groupBy(all, ({ field }) => field);
  return [...byField].flatMap(([field, each]) => {
    const mean = each.reduce((sum, { simulated, live }) => sum + Math.abs(simulated - live), 0) / each.length;
    return mean >= atLeast || Number.isNaN(mean) ? [`${field}: ${mean.toFixed(4)}`] : [];
  });
}

describe('the observation of a live workload', () => {
  const cases: [LoadFamily, Partial<ScaleDomain>][] = [
    ['constant', { metricWindowSteps: 1, metricLagSteps: 0 }],
    ['diurnal', { metricWindowSteps: 1, metricLagSteps: 0 }],
    ['spike', { metricWindowSteps: 1, metricLagSteps: 0 }],
    ['noisy', { metricWindowSteps: 1, metricLagSteps: 0 }],
    ['diurnal', { metricWindowSteps: 2, metricLagSteps: 0 }],
  ];
  for (const [family, domain] of cases) {
    it(`is the simulator’s through an episode of ${family} load over ${domain.metricWindowSteps} steps`, () => {
      const all = [1, 2, 3].flatMap((seed) => episode(family, seed, domain));
      expect(all.length).toBeGreaterThan(10_000);
      expect(notable(all, MOST_DIFFERENCE)).toEqual([]);
    });
  }
});

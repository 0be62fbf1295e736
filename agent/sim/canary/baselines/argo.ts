import { SEED_STEPS } from '../../../tasks/canary/pace/fixedSteps';
import { MetricWindow } from './metricWindow';
import { type ReleaseRule, ROLL_BACK } from './releaseRule';
import { weightAfter } from './timedSteps';

/** A Rollout's background analysis, and how long its steps take. */
export interface ArgoSettings {
  /** Share of errors below which a measurement succeeds, and from which it fails; between them it is inconclusive. */
  successBelow: number;
  failureFrom: number;
  /** It fails where the canary's p95 is more times the stable one's. */
  mostP95Ratio: number;
  /** Failed measurements of one metric that are still allowed. */
  failureLimit: number;
  inconclusiveLimit: number;
  /** Decisions from one measurement to the next, and how far its queries look back. */
  interval: number;
  window: number;
  /** Times the durations of seed 003's table of steps. */
  stretch: number;
}

/**
 * The analyses of seed 003: errors < 5 % succeed and ≥ 10 % fail, the canary not more than 20 % slower than stable,
 * every 60 s, failureLimit 3, inconclusiveLimit as it is by default. Queries look back two minutes.
 */
export const ARGO_DEFAULT: ArgoSettings = {
  successBelow: 0.05,
  failureFrom: 0.1,
  mostP95Ratio: 1.2,
  failureLimit: 3,
  inconclusiveLimit: 0,
  interval: 2,
  window: 4,
  stretch: 1,
};

/**
 * Timed steps with an analysis in the background from the second step on (argoproj/argo-rollouts, analysis/analysis.go): more failures of one
 * metric than its limit abort the Rollout, more inconclusive measurements pause it until a person comes, and here
 * nobody does. Without requests the error rate is NaN, which is neither a success nor a failure: inconclusive. The
 * latency has but a condition for success, so that NaN fails.
 */
export function argo(name = 'argo', settings: ArgoSettings = ARGO_DEFAULT): ReleaseRule {
  const steps = SEED_STEPS.map(({ weight, seconds }) => ({ weight, seconds: seconds * settings.stretch }));
  const run = new AnalysisRun(settings);
  let decisions = 0;
  return {
    name,
    reset() {
      run.reset();
      decisions = 0;
    },
    decide(view) {
      run.window.add(view.reading);
      const isAnalysed = view.sinceStartSeconds > (steps[0]?.seconds ?? 0);
      if (isAnalysed && decisions++ % settings.interval === 0) run.measure();
      if (run.phase === 'failed') return ROLL_BACK;
      if (run.phase === 'inconclusive') return view.weight;
      return weightAfter(steps, view.sinceStartSeconds);
    },
  };
}

class AnalysisRun {
  readonly window: MetricWindow;
  phase: 'running' | 'failed' | 'inconclusive' = 'running';
  readonly #settings: ArgoSettings;
  #errorFailures = 0;
  #latencyFailures = 0;
  #inconclusive = 0;

  constructor(settings: ArgoSettings) {
    this.#settings = settings;
    this.window = new MetricWindow(settings.window);
  }

  reset(): void {
    this.window.reset();
    this.phase = 'running';
    this.#errorFailures = this.#latencyFailures = this.#inconclusive = 0;
  }

  measure(): void {
    if (this.phase !== 'running') return;
    const { successBelow, failureFrom, mostP95Ratio, failureLimit, inconclusiveLimit } = this.#settings;
    const { errorShare, p95Ratio } = this.window;
    if (errorShare >= failureFrom) this.#errorFailures++;
    else if (!(errorShare < successBelow)) this.#inconclusive++;
    if (!(p95Ratio <= mostP95Ratio)) this.#latencyFailures++;
    const failures = Math.max(this.#errorFailures, this.#latencyFailures);
    if (failures > failureLimit) this.phase = 'failed';
    else if (this.#inconclusive > inconclusiveLimit) this.phase = 'inconclusive';
  }
}

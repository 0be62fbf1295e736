import { describe, expect, it } from 'vitest';
import { RESTART_POD } from './healEnv';
import { calmEnv, wait } from './testing/builders';

describe('the view of a workload', () => {
  it('has the p95 of all pods where they are alike', () => {
    const env = calmEnv(null, { detection: 'averages' });
    env.reset(1);
    const { metrics, bias, count } = env.deployment.pods;
    const p95 = [...metrics.p95Seconds.subarray(0, count)].map((value, pod) => value / (bias[pod] ?? 1));
    // Alike but for how they are measured.
    for (const value of p95) expect(value).toBeCloseTo(p95[0] ?? 0, 9);
    expect(env.view.p95Seconds).toBeGreaterThanOrEqual(Math.min(...metrics.p95Seconds.subarray(0, count)));
    expect(env.view.p95Seconds).toBeLessThanOrEqual(Math.max(...metrics.p95Seconds.subarray(0, count)));
  });

  it('sees a slow pod of four as a quarter of the traffic: shift + theta · ln 5', () => {
    const env = calmEnv('delay', { replicas: [4, 4], detection: 'averages' });
    for (let seed = 1; seed < 20; seed++) {
      env.reset(seed);
      if (env.scenario.hits > 1 || env.scenario.severity < 0.5) continue;
      wait(env, 5);
      const { metrics } = env.deployment.pods;
      const slow = env.view.pods.worstServing;
      const exact = (metrics.shift[slow] ?? 0) + Math.log(5) * (metrics.theta[slow] ?? 0);
      expect(env.view.p95Seconds).toBeCloseTo(exact, 5);
      return;
    }
    expect.unreachable();
  });

  it('opens an incident with the first unhealthy look and closes it after ten seconds of health', () => {
    const env = calmEnv('packet-loss');
    const lasted: number[] = [];
    for (let seed = 1; lasted.length === 0; seed++) {
      env.reset(seed);
      if (env.scenario.hits > 1) continue;
      for (let look = 0; look < 60; look++) {
        env.step(look === 20 ? RESTART_POD : 0);
        lasted.push(env.view.unhealthySeconds);
      }
    }
    const opened = lasted.findIndex((seconds) => seconds > 0);
    expect(opened).toBeGreaterThan(0);
    expect(lasted[opened]).toBe(5);
    expect(lasted.slice(0, opened).every((seconds) => seconds === 0)).toBe(true);
    expect(lasted.at(-1)).toBe(0);
  });

  it('counts the crashes since the last look, and says how long ago the last was and why', () => {
    const env = calmEnv('oom');
    for (let seed = 1; seed <= 5; seed++) {
      env.reset(seed);
      let crashes = 0;
      for (let look = 0; look < 60; look++) {
        env.step(0);
        crashes += env.view.crashes;
        if (env.view.crashes > 0) {
          expect(env.view.lastCrashSeconds).toBe(0);
          expect(env.view.lastCrashOom).toBe(1);
        }
      }
      expect(crashes).toBe(env.deployment.pods.crashes);
      expect(crashes).toBeGreaterThan(0);
    }
  });

  it('knows no metrics where no pod serves', () => {
    const env = calmEnv(null);
    env.reset(1);
    for (let pod = 0; pod < env.deployment.pods.count; pod++) env.deployment.pods.crash(pod);
    wait(env, 1);
    expect(env.view.p95Seconds).toBeNaN();
    expect(env.view.errorRate).toBeNaN();
    expect(env.view.violation()).toBe(0);
    expect(env.observation.every((value) => Number.isFinite(value))).toBe(true);
  });
});

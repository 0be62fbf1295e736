import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/random';
import type { IntervalCounts } from './counts';
import { type EvidenceOptions, ReleaseEvidence } from './releaseEvidence';

const FAST: EvidenceOptions = { variant: 'fast', minRequests: 50, bakeSeconds: 0 };
const STRICT: EvidenceOptions = { ...FAST, variant: 'strict' };
const NONE: IntervalCounts = {
  canaryRequests: 0,
  canaryErrors: 0,
  canarySlow: 0,
  canaryVerySlow: 0,
  stableRequests: 0,
  stableErrors: 0,
  stableSlow: 0,
};

/** Shares of requests: errors and slow ones of both versions. */
interface Shares {
  canaryErrors: number;
  stableErrors: number;
  canarySlow?: number;
  canaryVerySlow?: number;
}

interface Plan {
  shares: Shares | ((interval: number) => Shares);
  intervals: number;
  seed?: number;
  options?: EvidenceOptions;
  canaryRequests?: number;
  stableRequests?: number;
  /** Errors of both versions come so many at once. */
  cluster?: number;
  weight?: number;
  /** Since the start when the first of the intervals begins; an hour is far from cold. */
  fromSeconds?: number;
  stopAt?: 'harm';
}

function gather(plan: Plan): ReleaseEvidence {
  const { intervals, seed = 1, options = FAST, canaryRequests = 300, stableRequests = 2700 } = plan;
  const { cluster = 1, weight = 0.1, fromSeconds = 3600 } = plan;
  const random = new Random(seed);
  const evidence = new ReleaseEvidence(options);
  evidence.endInterval(fromSeconds, weight);
  const hits = (requests: number, share: number, size = 1) =>
    Math.min(requests, size * random.poisson((requests * share) / size));
  for (let interval = 0; interval < intervals; interval++) {
    const shares = typeof plan.shares === 'function' ? plan.shares(interval) : plan.shares;
    evidence.add({
      canaryRequests,
      canaryErrors: hits(canaryRequests, shares.canaryErrors, cluster),
      canarySlow: hits(canaryRequests, shares.canarySlow ?? 0.06),
      canaryVerySlow: hits(canaryRequests, shares.canaryVerySlow ?? 0.015),
      stableRequests,
      stableErrors: hits(stableRequests, shares.stableErrors, cluster),
      stableSlow: hits(stableRequests, 0.07),
    });
    evidence.endInterval(fromSeconds + 30 * (interval + 1), weight);
    if (plan.stopAt === evidence.verdict) break;
  }
  return evidence;
}

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

/** Share of seeds on which a plan finds harm at any time. */
function foundHarm(plan: Plan): number {
  const found = SEEDS.filter((seed) => gather({ ...plan, seed, stopAt: 'harm' }).verdict === 'harm');
  return found.length / SEEDS.length;
}

describe('the evidence of a release', () => {
  it('of one interval is what the formulas say', () => {
    const evidence = new ReleaseEvidence(FAST);
    evidence.endInterval(3600, 0.1);
    evidence.add({ ...NONE, canaryRequests: 100, canaryErrors: 4, stableRequests: 900, stableErrors: 9 });
    evidence.endInterval(3630, 0.1);
    // Nothing came before, so that η = 1/1.3. θ(ρ) = 100ρ/(100ρ + 900).
    const eta = 1 / 1.3;
    const theta = (ratio: number) => (100 * ratio) / (100 * ratio + 900);
    const likelihood = (ratio: number, to: number) =>
      (theta(ratio) / theta(to)) ** (4 * eta) * ((1 - theta(ratio)) / (1 - theta(to))) ** (9 * eta);
    const harm = [2.5, 4, 8, 20, 60].reduce((sum, ratio) => sum + 0.004 * likelihood(ratio, 1.5), 0);
    const binomial = (share: number, to: number) =>
      (share / to) ** (4 * eta) * ((1 - share) / (1 - to)) ** (96 * eta);
    const absolute = [0.006, 0.012, 0.03, 0.1, 0.3].reduce(
      (sum, share) => sum + 0.004 * binomial(share, 0.003),
      0,
    );
    expect(evidence.errors.harmLog10).toBeCloseTo(Math.log10(Math.min(harm, absolute)), 9);
    const safe = (likelihood(1, 3) + (binomial(0.0005, 0.005) + binomial(0.002, 0.005)) / 2) / 2;
    expect(evidence.errors.safetyLog10).toBeCloseTo(Math.log10(safe), 9);
  });

  it('finds harm that is there, by errors and by latency', () => {
    expect(foundHarm({ shares: { canaryErrors: 0.03, stableErrors: 0.005 }, intervals: 20 })).toBe(1);
    const slow = { canaryErrors: 0.002, stableErrors: 0.002, canarySlow: 0.14 };
    expect(foundHarm({ shares: slow, intervals: 20 })).toBe(1);
  });

  it('seldom finds harm where there is none: below 1 % by the strict bars, below 3 % by the fast ones', () => {
    const shares = { canaryErrors: 0.006, stableErrors: 0.005 };
    expect(foundHarm({ shares, intervals: 240, options: STRICT })).toBeLessThanOrEqual(0.01);
    expect(foundHarm({ shares, intervals: 240 })).toBeLessThanOrEqual(0.03);
  });

  it('is not fooled by an incident that hits both versions', () => {
    const incident = (interval: number) =>
      interval > 20 && interval < 50
        ? { canaryErrors: 0.25, stableErrors: 0.25, canarySlow: 0.06 }
        : { canaryErrors: 0.004, stableErrors: 0.004 };
    expect(foundHarm({ shares: incident, intervals: 120 })).toBeLessThanOrEqual(0.01);
  });

  it('is not fooled by errors that come in clusters of five', () => {
    const shares = { canaryErrors: 0.004, stableErrors: 0.004 };
    expect(foundHarm({ shares, intervals: 240, cluster: 5 })).toBeLessThanOrEqual(0.03);
    const few = { canaryRequests: 30, stableRequests: 270 };
    expect(foundHarm({ shares, intervals: 240, cluster: 5, ...few })).toBeLessThanOrEqual(0.03);
  });

  it('shows safety where there is no harm, and never where there is', () => {
    const safe = gather({ shares: { canaryErrors: 0.002, stableErrors: 0.002 }, intervals: 60 });
    expect(safe.verdict).toBe('safe');
    for (const seed of SEEDS.slice(0, 30)) {
      const bad = gather({ shares: { canaryErrors: 0.03, stableErrors: 0.005 }, intervals: 10, seed });
      expect(bad.verdict).not.toBe('safe');
    }
  });

  it('turns soon, however long it has spoken for safety', () => {
    const late = (interval: number) => ({ canaryErrors: interval < 400 ? 0.002 : 0.06, stableErrors: 0.002 });
    expect(gather({ shares: late, intervals: 400 }).verdict).toBe('safe');
    expect(gather({ shares: late, intervals: 404 }).verdict).toBe('harm');
  });

  it('has no verdict on fewer than the minimum requests, nor a promotion within the bake', () => {
    const shares = { canaryErrors: 1, stableErrors: 0 };
    const few = { canaryRequests: 12, stableRequests: 100 };
    expect(gather({ shares, intervals: 4, ...few }).verdict).toBe('undecided');
    expect(gather({ shares, intervals: 5, ...few }).verdict).toBe('harm');
    const good = { canaryErrors: 0.002, stableErrors: 0.002 };
    const baked = (bakeSeconds: number) =>
      gather({ shares: good, intervals: 60, options: { ...FAST, bakeSeconds } });
    expect(baked(5500).verdict).toBe('undecided');
    expect(baked(5400).verdict).toBe('safe');
  });

  it('says nothing at all without requests', () => {
    const evidence = new ReleaseEvidence(FAST);
    for (let interval = 1; interval <= 300; interval++) {
      evidence.add(NONE);
      evidence.endInterval(30 * interval, 0.1);
    }
    expect([evidence.verdict, evidence.limitedProof(), evidence.errors.mostHarm]).toEqual([
      'undecided',
      false,
      null,
    ]);
    expect(evidence.mostWeight(0.05)).toBe(0.1);
  });

  it('forgives a cold start some errors and every latency, but no disaster', () => {
    const from = (canaryErrors: number) =>
      gather({
        shares: { canaryErrors, stableErrors: 0.002, canarySlow: 0.9, canaryVerySlow: 0.8 },
        intervals: 5,
        fromSeconds: 0,
      });
    expect(from(0.02).verdict).toBe('undecided');
    expect(from(0.02).latency.canaryRequests).toBe(0);
    expect(from(0.3).verdict).toBe('harm');
  });

  it('allows the more weight the less harm is left to exclude, and none while harm is in doubt', () => {
    const good = { canaryErrors: 0.002, stableErrors: 0.002 };
    const weightAfter = (intervals: number) =>
      gather({ shares: good, intervals, canaryRequests: 20, stableRequests: 180 }).mostWeight(0.1);
    expect([weightAfter(0), weightAfter(40)]).toEqual([0.1, 1]);
    expect(weightAfter(3)).toBeGreaterThan(0.1);
    expect(weightAfter(3)).toBeLessThan(weightAfter(20));
    const doubtful = gather({ shares: { canaryErrors: 0.02, stableErrors: 0.004 }, intervals: 3, seed: 2 });
    expect(doubtful.errors.harmLog10).toBeGreaterThan(0.5);
    expect(doubtful.mostWeight(0.25)).toBe(0.25);
  });

  it('is shown anew at half of the traffic, and may ask for it', () => {
    const half = { ...FAST, promoteFromWeight: 0.5 };
    const shares = { canaryErrors: 0.002, stableErrors: 0.002 };
    expect(gather({ shares, intervals: 60, options: half, weight: 0.25 }).verdict).toBe('undecided');
    const evidence = gather({ shares, intervals: 60, options: half, weight: 0.5 });
    expect(evidence.verdict).toBe('safe');
    const before = gather({ shares, intervals: 60, weight: 0.25 });
    before.endInterval(9000, 0.5);
    expect(before.errors.safetyLog10).toBe(0);
  });

  it('gives a limited proof of 100 requests that exclude five points of harm, and of nothing less', () => {
    const good = { canaryErrors: 0, stableErrors: 0.001 };
    const few = { canaryRequests: 4, stableRequests: 36 };
    const seed = 3;
    expect(gather({ shares: good, intervals: 20, seed, ...few }).limitedProof()).toBe(false);
    expect(gather({ shares: good, intervals: 60, seed, ...few }).limitedProof()).toBe(true);
    const bad = { canaryErrors: 0.06, stableErrors: 0.001 };
    expect(gather({ shares: bad, intervals: 60, seed, ...few }).limitedProof()).toBe(false);
  });

  it('gives no limited proof to a canary that was spared the weight that the evidence allowed', () => {
    const options = { ...FAST, promoteFromWeight: 0.5 };
    const plan = { shares: { canaryErrors: 0.002, stableErrors: 0.002 }, intervals: 60, options };
    expect(gather({ ...plan, weight: 0.1 }).limitedProof()).toBe(false);
    expect(gather({ ...plan, weight: 0.5 }).limitedProof()).toBe(true);
  });

  it('does not see a slower mix of requests as harm where it is told the routes apart', () => {
    const verdicts = (byRoute: boolean) => {
      const random = new Random(5);
      const evidence = new ReleaseEvidence(FAST);
      for (let interval = 0; interval < 120; interval++) {
        // A route with 5 % and one with 40 % of slow requests; the canary gets twice as many of the latter.
        const route = (canary: number, stable: number, share: number) => ({
          ...NONE,
          canaryRequests: canary,
          canarySlow: random.poisson(canary * share),
          canaryVerySlow: random.poisson(canary * share * 0.3),
          stableRequests: stable,
          stableSlow: random.poisson(stable * share),
        });
        const quick = route(180, 2160, 0.05);
        const slow = route(120, 540, 0.4);
        for (const [index, counts] of [quick, slow].entries()) evidence.add(counts, byRoute ? index : 0);
        evidence.endInterval(3600 + 30 * interval, 0.1);
        if (evidence.verdict === 'harm') break;
      }
      return evidence;
    };
    expect(verdicts(false).verdict).toBe('harm');
    expect(verdicts(true).verdict).not.toBe('harm');
    expect(verdicts(true).strata).toBe(2);
  });

  it('does not depend on the order of the routes', () => {
    const requests = fc.nat(2000);
    const counts = fc
      .tuple(requests, requests, fc.nat(100), fc.nat(100))
      .map(([canaryRequests, stableRequests, canaryErrors, stableErrors]) => ({
        ...NONE,
        canaryRequests,
        stableRequests,
        canaryErrors: Math.min(canaryErrors, canaryRequests),
        stableErrors: Math.min(stableErrors, stableRequests),
        canarySlow: Math.min(3, canaryRequests),
        stableSlow: Math.min(5, stableRequests),
      }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(counts, counts, counts), { minLength: 1, maxLength: 20 }),
        (intervals) => {
          const played = [
            [0, 1, 2],
            [2, 0, 1],
          ].map((order) => {
            const evidence = new ReleaseEvidence(FAST, 3);
            for (const [index, routes] of intervals.entries()) {
              for (const stratum of order) evidence.add(routes[stratum] ?? NONE, stratum);
              evidence.endInterval(3600 + 30 * index, 0.1);
            }
            const { errors, latency, dispersion, verdict } = evidence;
            return { errors, latency, dispersion, verdict };
          });
          expect(played[0]?.verdict).toBe(played[1]?.verdict);
          for (const side of ['errors', 'latency'] as const) {
            expect(played[0]?.[side].harmLog10).toBeCloseTo(played[1]?.[side].harmLog10 ?? Number.NaN, 6);
            expect(played[0]?.[side].safetyLog10).toBeCloseTo(played[1]?.[side].safetyLog10 ?? Number.NaN, 6);
          }
          expect(played[0]?.dispersion).toBeCloseTo(played[1]?.dispersion ?? Number.NaN, 9);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses counts that are none, and remembers nothing of them', () => {
    const names = Object.keys(NONE) as (keyof IntervalCounts)[];
    const wrong = fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY, -0.001);
    fc.assert(
      fc.property(fc.constantFrom(...names), wrong, (name, value) => {
        const evidence = new ReleaseEvidence(FAST);
        expect(() => evidence.add({ ...NONE, canaryRequests: 5, [name]: value })).toThrow(RangeError);
        expect(evidence.requests).toBe(0);
      }),
    );
    expect(() => new ReleaseEvidence(FAST).add(NONE, -1)).toThrow('no stratum');
  });

  it('counts at most all requests as hits, as extrapolated counters may say more', () => {
    const evidence = new ReleaseEvidence(FAST);
    evidence.add({ ...NONE, canaryRequests: 9.7, canaryErrors: 10.3, stableRequests: 100 });
    expect([evidence.errors.canaryHits, evidence.errors.canaryRequests]).toEqual([9.7, 9.7]);
  });

  it('stays finite whatever is counted, and begins anew after a reset', () => {
    const number = fc.double({ min: 0, max: 1e7, noNaN: true });
    const counts = fc.record({
      canaryRequests: number,
      canaryErrors: number,
      canarySlow: number,
      canaryVerySlow: number,
      stableRequests: number,
      stableErrors: number,
      stableSlow: number,
    });
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 30 }), (intervals) => {
        const evidence = new ReleaseEvidence(FAST);
        for (const [index, each] of intervals.entries()) {
          evidence.add(each);
          evidence.endInterval(600 + 30 * index, 0.1);
          for (const side of [evidence.errors, evidence.latency]) {
            expect(Number.isFinite(side.harmLog10) && Number.isFinite(side.safetyLog10)).toBe(true);
            const most = side.mostHarm ?? 0;
            expect(most >= 0 && most <= 1).toBe(true);
          }
          const weight = evidence.mostWeight(0.1);
          expect(weight >= 0.1 && weight <= 1).toBe(true);
        }
        evidence.reset();
        expect(evidence).toMatchObject({ verdict: 'undecided', requests: 0 });
        expect(evidence.errors.harmLog10).toBe(new ReleaseEvidence(FAST).errors.harmLog10);
        expect(evidence.dispersion).toBe(new ReleaseEvidence(FAST).dispersion);
      }),
      { numRuns: 100 },
    );
  });
});

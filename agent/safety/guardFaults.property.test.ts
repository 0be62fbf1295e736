import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../test/support/builders';
import { PROVIDERS } from '../chaos/providers/providers';
import { type ChaosProviderName, CoxswainError, type FaultKind } from '../protocol';
import type { ReversibleChange } from './change';
import { judgeFault } from './guard';
import type { FaultInput } from './guardInput';
import { CONFIG } from './testing/fakeWorld';
import { aPlan } from './testing/faultPlans';

const NAMESPACES = ['shop', 'elsewhere', 'kube-system'];
const RUNS = 20_000;

/** Mostly the first, so that something gets through. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const someKind = fc.constantFrom(
  ...PROVIDERS.flatMap((provider) => provider.kinds.map((kind) => ({ provider: provider.name, kind }))),
);
const someWorkload = fc
  .record({
    namespace: mostly('shop', 'elsewhere', 'kube-system'),
    ready: fc.array(mostly(true, false), { maxLength: 6, size: 'max' }),
    node: fc.constantFrom('node-1', 'node-2'),
    rollingOut: mostly(false, true),
  })
  .map(({ namespace, ready, node, rollingOut }) =>
    aWorkload(
      ready.map((isReady, index) => aPod(`p${index}`, { ready: isReady, node })),
      { ref: { kind: 'Deployment', namespace, name: 'checkout' }, rollingOut },
    ),
  );
const someMode = fc.oneof(
  fc.record({ mode: fc.constantFrom('one', 'all'), value: fc.constant(null) }),
  fc.record({ mode: fc.constantFrom('fixed', 'fixed-percent'), value: fc.integer({ min: 1, max: 100 }) }),
);
const someWorld = fc.record({
  namespaces: fc.oneof(fc.constant<string[]>(['shop']), fc.subarray(NAMESPACES)),
  mode: mostly('approve', 'auto', 'observe'),
  control: mostly('running', 'paused', 'stopped'),
  settled: mostly(true, false),
  enabled: mostly(true, false),
  allowNodes: fc.boolean(),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  running: fc.nat(4),
  incidentOpen: fc.boolean(),
  bySchedule: fc.boolean(),
});
/** The plan, or the object of a plan that was tampered with. */
const someTampering = mostly<((text: string) => string) | null>(
  null,
  (text: string) => text.replaceAll('"shop"', '"kube-system"'),
  (text: string) => text.replaceAll('"coxswain"', '"somebody"'),
  (text: string) => text.replaceAll('"checkout"', '"cart"'),
);

describe('the guard on faults', () => {
  it('lets nothing through that breaks a promise, and something through', () => {
    const count = { allowed: 0, denied: 0, impossible: 0 };
    const property = fc.property(
      someKind,
      someWorkload,
      someMode,
      someWorld,
      someTampering,
      (kind, workload, mode, world, tamper) => {
        const plan = planOf(kind, workload, mode);
        if (plan === null) {
          count.impossible += 1;
          return;
        }
        const [change] = plan.changes;
        const changed =
          tamper === null ? change : (JSON.parse(tamper(JSON.stringify(change))) as ReversibleChange);
        const input = inputOf(world, workload, plan, changed);
        if (judgeFault(input).outcome !== 'allow') {
          count.denied += 1;
          return;
        }
        count.allowed += 1;
        const text = JSON.stringify(changed);
        expect(world.mode).not.toBe('observe');
        expect(world.control).toBe('running');
        expect(world.settled && world.enabled).toBe(true);
        expect(world.namespaces).toContain(workload.ref.namespace);
        expect(text).not.toContain('kube-system');
        for (const namespace of NAMESPACES.filter((name) => name !== workload.ref.namespace)) {
          expect(text).not.toContain(`"${namespace}"`);
        }
        expect(workload.pods.length).toBeGreaterThan(0);
        expect(plan.affectedPods === 1 || plan.affectedPods <= workload.pods.length * world.share).toBe(true);
        expect(changed.write.resource.plural !== 'nodes' || world.allowNodes).toBe(true);
        expect(world.running).toBeLessThan(CONFIG.chaos.maxConcurrent);
        expect(world.bySchedule && (world.incidentOpen || workload.rollingOut)).toBe(false);
        // Either nothing can be taken back, or it says how.
        const ends = ['delete', 'evict'].includes(changed.write.verb) || changed.inverse.kind === 'write';
        expect(ends).toBe(true);
      },
    );
    fc.assert(property, { numRuns: RUNS });
    console.info('guard of faults', count);
    expect(count.allowed).toBeGreaterThan(RUNS / 50);
  }, 60_000);
});

type World = typeof someWorld extends fc.Arbitrary<infer T> ? T : never;

function planOf(
  { kind, provider }: { kind: FaultKind; provider: ChaosProviderName },
  workload: ReturnType<typeof aWorkload>,
  { mode, value }: { mode: string; value: number | null },
) {
  try {
    return aPlan(kind, { provider, workload, mode: mode as 'one', value });
  } catch (error) {
    if (error instanceof CoxswainError) return null;
    throw error;
  }
}

function inputOf(
  world: World,
  workload: ReturnType<typeof aWorkload>,
  plan: FaultInput['plan'],
  change: ReversibleChange,
): FaultInput {
  const chaos = {
    ...CONFIG.chaos,
    enabled: world.enabled,
    allowNodes: world.allowNodes,
    maxAffectedShare: world.share,
  };
  return {
    nowMs: NOW_MS,
    config: { ...CONFIG, namespaces: [...world.namespaces], chaos },
    mode: world.mode as FaultInput['mode'],
    control:
      world.control === 'running'
        ? { kind: 'running' }
        : { kind: world.control as 'paused', by: 'ada', atMs: 0 },
    settled: world.settled,
    permissions: [],
    approvedBy: 'ada',
    change,
    ref: workload.ref,
    workload,
    strangers: [],
    plan,
    hasBegun: false,
    trigger: world.bySchedule ? 'schedule' : 'person',
    running: Array.from({ length: world.running }, (_, index) => ({
      name: `f${index}`,
      workloadId: `w${index}`,
    })),
    incidentOpen: world.incidentOpen,
  };
}

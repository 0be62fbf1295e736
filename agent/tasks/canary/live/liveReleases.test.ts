import { describe, expect, it } from 'vitest';
import { anArgoRelease } from '../../../../test/support/releaseBuilders';
import type { RunningFault } from '../../../cluster/snapshot';
import { CHECKOUT_ID, ReleaseWorld } from './testing/releaseWorld';

const BAD = { errors: 0.2, slow: 0.07 };

describe('a release under own steering', () => {
  it('goes up by the weights, is promoted by the evidence, and leaves nothing behind', async () => {
    const world = new ReleaseWorld();
    world.live.start();
    const before = structuredClone(world.shop.route?.spec);
    await world.start();
    expect(world.state()).toMatchObject({ phase: 'progressing', steering: 'own', problem: null });
    await world.until(() => world.state().phase === 'succeeded');
    // By safe steps, and never by more than the evidence has allowed.
    expect(world.weights).toEqual([5, 10, 25, 50, 75].slice(0, world.weights.length));
    expect(world.weights.length).toBeGreaterThan(1);
    expect(world.drafts.at(-1)).toMatchObject({
      operation: { kind: 'promote' },
      policy: { name: 'evidence' },
      evidence: { verdict: 'safe' },
    });
    expect(world.shop.route?.spec).toEqual(before);
    expect([...world.shop.objects.keys()]).toEqual([
      'deployments/checkout',
      'services/checkout',
      'httproutes/checkout',
    ]);
    expect(world.shop.release().stable?.containers).toEqual([{ name: 'app', image: 'shop/checkout:1.5' }]);
    expect(world.told.map((text) => text.split(':')[0])).toEqual(
      expect.arrayContaining(['started', 'weight', 'verdict', 'promoted']),
    );
    expect(world.alerts.map(({ on }) => on)).toEqual(['started', 'promoted']);
    expect(world.errors).toEqual([]);
  });

  it('is rolled back at once when harm is certain, the route before the rest', async () => {
    const world = await ReleaseWorld.started();
    const before = ['deployments/checkout', 'services/checkout', 'httproutes/checkout'];
    await world.until(() => world.state().weight === 5);
    world.canary = BAD;
    await world.until(() => world.state().phase === 'failed');
    expect([...world.shop.objects.keys()]).toEqual(before);
    expect(world.shop.release()).toMatchObject({ weight: null, note: null });
    expect(world.weights.every((weight) => weight <= 25)).toBe(true);
    const rollback = world.drafts.find(({ operation }) => operation.kind === 'rollback');
    expect(rollback).toMatchObject({ evidence: { verdict: 'harm' }, orderedBy: null });
    expect(world.alerts.map(({ on }) => on)).toEqual(['started', 'rolled-back']);
    expect(world.told).toContainEqual(expect.stringContaining('Harm is certain by its errors'));
    expect(world.state().status).toMatch(
      /^the release of shop\/checkout:1\.5 was rolled back: Harm is certain by its errors: .*[^.]$/,
    );
  });

  it('says what its end waits for', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    await world.operate({ kind: 'promote' });
    await world.seconds(3);
    expect(world.state()).toMatchObject({
      phase: 'promoting',
      status: 'the canary becomes the stable version; the canary answers the last requests',
    });
  });

  it('keeps its evidence to be seen until the next begins, which has its own', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => (world.state().evidence?.requests ?? 0) > 100);
    await world.operate({ kind: 'abort' });
    await world.seconds(40);
    expect(world.state()).toMatchObject({
      phase: 'failed',
      status: 'the release of shop/checkout:1.5 was rolled back: ada has ordered it',
    });
    expect(world.state().evidence?.requests).toBeGreaterThan(100);
    await world.start('shop/checkout:1.6');
    expect(world.state().evidence).toMatchObject({ requests: 0, verdict: 'undecided' });
    expect(world.state().canary?.images).toEqual(['shop/checkout:1.6']);
  });

  it('starts its evidence anew where somebody has changed a version under it, and promotes nothing by the old', async () => {
    for (const name of ['checkout-canary', 'checkout']) {
      const world = await ReleaseWorld.started({ policy: 'hold', bake: 3_600_000 });
      await world.operate({ kind: 'weight', from: 0, to: 5 });
      await world.until(() => (world.state().evidence?.requests ?? 0) > 500);
      const deployment = world.shop.objects.get(`deployments/${name}`);
      if (!deployment) throw new Error(`no ${name}`);
      const spec = JSON.stringify(deployment.spec).replace(/shop\/checkout:1\.\d/, 'shop/checkout:hotfix');
      world.shop.objects.set(`deployments/${name}`, { ...deployment, spec: JSON.parse(spec) });
      world.see();
      expect(world.state().evidence).toMatchObject({ requests: 0, verdict: 'undecided' });
      await world.decisions(1);
      expect(world.state().evidence?.requests).toBe(0);
      // The same image again is not the same pods.
      world.shop.objects.set(`deployments/${name}`, deployment);
      world.see();
      expect(world.state().evidence?.requests).toBe(0);
    }
  });

  it('publishes each decision with the evidence behind it', async () => {
    const world = await ReleaseWorld.started();
    await world.decisions(3);
    const last = world.points.at(-1);
    expect(last).toMatchObject({
      releaseId: CHECKOUT_ID,
      weight: 5,
      evidence: { errorHarm: expect.any(Number) },
    });
    expect(last?.stable.requestsPerSecond).toBeCloseTo(100 - (last?.weight ?? 0), 0);
    expect(world.points.map(({ decision }) => decision)).toContain('up');
  });

  it('lowers nothing and promotes nothing without data, and says so', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 10);
    world.measured = { kind: 'stale', why: 'the canary version’s requests are 90 s old' };
    const before = world.drafts.length;
    await world.decisions(5);
    expect(world.drafts).toHaveLength(before);
    expect(world.state()).toMatchObject({
      weight: 10,
      problem: 'no data: the canary version’s requests are 90 s old',
      status: expect.stringContaining('holds: no data'),
    });
    expect(world.points.at(-1)).toMatchObject({ decision: 'hold', canary: { requestsPerSecond: null } });
    await world.decisions(20);
    expect(world.alerts.filter(({ on }) => on === 'stuck')).toHaveLength(1);
  });

  it('has no verdict on numbers that are none', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    const requests = world.state().evidence?.requests;
    const counts = { canaryRequests: Number.NaN, canaryErrors: 0, canarySlow: 0, canaryVerySlow: 0 };
    const none = {
      requests: 0,
      errors: 0,
      latencyP50Seconds: null,
      latencyP95Seconds: null,
      latencyP99Seconds: null,
    };
    world.measured = {
      ...{
        kind: 'counted',
        atMs: 0,
        seconds: 30,
        slow: null,
        canaryCpu: null,
        canaryMemory: null,
        warnings: [],
      },
      ...{ stable: none, canary: none },
      strata: new Map([['', { ...counts, stableRequests: 1, stableErrors: 0, stableSlow: 0 }]]),
    };
    await world.decisions(2);
    expect(world.state().problem).toContain('cannot be used');
    expect(world.state().evidence?.requests).toBe(requests);
  });

  it('does nothing more while the API server is not heard of', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    world.silentMs = 120_000;
    await world.decisions(30);
    expect(world.state()).toMatchObject({
      weight: 5,
      status: expect.stringContaining('not heard of for 120 s'),
    });
  });
});

describe('without a say', () => {
  it('in shadow it tells what it would do when it changes its mind, and writes nothing', async () => {
    const world = await ReleaseWorld.started({ steering: 'shadow' });
    await world.decisions(3);
    expect(world.proposed).toEqual([]);
    expect(world.state().status).toContain('would raise 0 → 5 %: the canary is ready');
    const decisions = world.rows.filter(({ kind }) => kind === 'decision');
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ task: 'canary', trigger: 'shadow' });
    await world.operate({ kind: 'weight', from: 0, to: 10 });
    world.canary = BAD;
    await world.until(() => world.state().evidence?.verdict === 'harm');
    expect(world.state().status).toContain('would roll back');
    expect(world.state().weight).toBe(10);
    expect(world.rows.filter(({ kind }) => kind === 'decision').at(-1)).toMatchObject({
      action: { operation: { kind: 'rollback' } },
    });
  });

  it('in mode observe it writes nothing, whatever the steering', async () => {
    const world = await ReleaseWorld.started();
    world.mode = 'observe';
    await world.decisions(10);
    expect(world.proposed).toEqual([]);
    expect(world.state().status).toContain('would raise');
  });

  it('off it gathers nothing, and the release goes on as people order it', async () => {
    const world = await ReleaseWorld.started({ steering: 'off' });
    await world.decisions(2);
    expect(world.state()).toMatchObject({ evidence: null, steering: 'off', phase: 'progressing' });
    expect(world.points).toEqual([]);
    await world.operate({ kind: 'promote' });
    await world.seconds(40);
    expect(world.state().phase).toBe('succeeded');
    expect(world.shop.release().stable?.containers[0]?.image).toBe('shop/checkout:1.5');
  });

  it('what the evidence does not carry is done on a person’s word, once told', async () => {
    const world = await ReleaseWorld.started({ steering: 'off' });
    world.ruling = 'deny';
    const unconfirmed = world.operate({ kind: 'promote' }, CHECKOUT_ID, false);
    await expect(unconfirmed).rejects.toMatchObject({
      code: 'confirmation-needed',
      message: 'A test.',
    });
    world.ruling = 'allow';
    await world.operate({ kind: 'promote' });
    await world.seconds(40);
    expect(world.state().phase).toBe('succeeded');
  });

  it('it gets one when a person says so, until the config is read anew', async () => {
    const world = await ReleaseWorld.started({ steering: 'shadow' });
    const { release } = world.live.setSteering({ releaseId: CHECKOUT_ID, steering: 'own' }, 'ada');
    expect(release.steering).toBe('own');
    await world.decisions(2);
    expect(world.weights).toEqual([5]);
    world.config = { ...world.config, canary: { ...world.config.canary, steering: 'off' } };
    world.live.configChanged();
    expect(world.state().steering).toBe('off');
  });

  it('a denied wish is told, and made again', async () => {
    const world = await ReleaseWorld.started();
    world.ruling = 'deny';
    await world.decisions(3);
    expect(world.state().status).toContain('is denied by evidence: a test');
    expect(world.weights).toEqual([5, 5, 5]);
    expect(world.rows.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
    world.ruling = 'allow';
    await world.decisions(1);
    expect(world.state().weight).toBe(5);
  });

  it('what waits for a person is withdrawn when it is not wanted any more', async () => {
    const world = await ReleaseWorld.started();
    world.ruling = 'ask';
    await world.decisions(2);
    expect(world.state().status).toContain('waits for approval');
    world.incident = CHECKOUT_ID;
    await world.decisions(1);
    expect(world.withdrawn).toEqual(['an incident of checkout is open']);
  });
});

describe('what else happens', () => {
  it.each([
    [
      'an incident',
      (world: ReleaseWorld) => (world.incident = CHECKOUT_ID),
      'an incident of checkout is open',
    ],
    [
      'a fault',
      (world: ReleaseWorld) => (world.faults = [faultOn(world)]),
      'fault network-delay (chaos) runs on one of the versions: nothing is judged meanwhile',
    ],
  ])('%s holds the weight, with the reason shown', async (_what, happen, reason) => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    happen(world);
    await world.decisions(30);
    expect(world.state()).toMatchObject({ weight: 5, status: expect.stringContaining(`holds: ${reason}`) });
    expect(world.told.filter((text) => text === `held: ${reason}`)).toHaveLength(1);
  });

  it('harm that a fault does is no evidence, and what is counted next is left out', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 10);
    world.faults = [faultOn(world)];
    world.canary = { errors: 0.9, slow: 0.5 };
    await world.decisions(10);
    world.faults = [];
    await world.decisions(1);
    world.canary = { errors: 0.001, slow: 0.07 };
    await world.decisions(2);
    expect(world.state()).toMatchObject({ phase: 'progressing', evidence: { verdict: 'undecided' } });
    expect(world.drafts.some(({ operation }) => operation.kind === 'rollback')).toBe(false);
  });

  it('an open incident does not keep a bad canary from being rolled back', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 5);
    world.incident = 'shop/Deployment/checkout-canary';
    world.canary = BAD;
    await world.until(() => world.state().phase === 'failed');
  });

  it('a weight that somebody else has set is asked about, and never overwritten', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 10);
    world.shop.setWeight(60);
    world.see();
    await world.decisions(3);
    expect(world.state()).toMatchObject({
      weight: 60,
      phase: 'paused',
      problem: expect.stringContaining('somebody else has changed the weight: 10 % was set'),
    });
    expect(world.alerts.map(({ on }) => on)).toEqual(expect.arrayContaining(['asked', 'interfered']));
    const before = world.drafts.length;
    await world.decisions(5);
    expect(world.drafts).toHaveLength(before);
    await world.operate({ kind: 'weight', from: 60, to: 10 });
    await world.decisions(1);
    expect(world.state().problem).toBeNull();
  });

  it('a release that is gone is not shown any more', async () => {
    const world = await ReleaseWorld.started();
    world.shop.objects.delete('deployments/checkout');
    world.see();
    expect(world.changes.at(-1)).toEqual({ kind: 'release-gone', id: CHECKOUT_ID });
    await expect(world.operate({ kind: 'pause' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a canary that does not start', () => {
  it.each([
    [
      'an image that cannot be pulled',
      { ready: false, waitingReason: 'ImagePullBackOff' },
      'ImagePullBackOff',
    ],
    [
      'a process that crashes',
      { ready: false, restarts: 4, waitingReason: 'CrashLoopBackOff' },
      'restarted 4 times',
    ],
  ])('%s never gets traffic, and is rolled back', async (_what, pod, text) => {
    const world = new ReleaseWorld();
    world.shop.canaryPods = () => pod;
    world.live.start();
    await world.start();
    await world.until(() => world.state().phase === 'failed');
    expect(world.weights).toEqual([]);
    expect(world.drafts.at(-1)?.decision.reason).toContain(text);
    expect(world.shop.objects.has('deployments/checkout-canary')).toBe(false);
  });
});

describe('the time limit', () => {
  const quick = { timeLimit: 600_000 };

  it('without requests hands the release to a person, paused', async () => {
    const world = new ReleaseWorld(quick);
    world.rate = 0;
    world.live.start();
    await world.start();
    await world.until(() => world.state().phase === 'paused');
    expect(world.proposed.at(-1)).toBe('pause');
    expect(world.alerts.at(-1)).toMatchObject({ on: 'asked', text: expect.stringContaining('no requests') });
    expect(world.proposed).not.toContain('promote');
    // Who resumes gives it the same time once more.
    await world.operate({ kind: 'resume' });
    await world.decisions(5);
    expect(world.state().phase).toBe('progressing');
    await world.until(() => world.state().phase === 'paused');
  });

  it('is not reached in silence where the config has synthetic requests sent', async () => {
    const world = new ReleaseWorld({ ...quick, noTraffic: 'probe' });
    world.rate = 0;
    world.live.start();
    await world.start();
    await world.decisions(6);
    expect(world.probes).toBeGreaterThan(2);
    expect(world.told.filter((text) => text === 'hook: probe: 15 synthetic requests')).toHaveLength(1);
    world.live.setSteering({ releaseId: CHECKOUT_ID, steering: 'shadow' }, 'ada');
    const { probes } = world;
    await world.decisions(3);
    expect(world.probes).toBe(probes);
  });

  it('rolls back without requests where the config says so', async () => {
    const world = new ReleaseWorld({ ...quick, noTraffic: 'fail' });
    world.rate = 0;
    world.live.start();
    await world.start();
    await world.until(() => world.state().phase === 'failed');
    expect(world.proposed).not.toContain('promote');
  });
});

describe('hooks', () => {
  const hook = (name: string) => ({
    name,
    url: 'http://hooks.test',
    timeout: 10_000,
    metadata: {},
    mutable: true,
  });
  const hooks = { preRollout: [hook('smoke')], loadTest: [hook('load')], postRollout: [hook('tell')] };

  it('are called before traffic, in every interval, and after the end', async () => {
    const world = await ReleaseWorld.started({ hooks });
    await world.until(() => world.state().phase === 'succeeded');
    await world.seconds(1);
    const calls = world.hooks;
    expect(calls[0]).toBe('pre-rollout smoke');
    expect(calls.filter((call) => call === 'pre-rollout smoke')).toHaveLength(1);
    expect(calls.filter((call) => call === 'load-test load').length).toBeGreaterThan(10);
    expect(calls.at(-1)).toBe('post-rollout tell');
    expect(world.told).toContain('hook: pre-rollout smoke: agreed');
  });

  it('that refuse before traffic end the release', async () => {
    const world = new ReleaseWorld({ hooks });
    world.answerHook = async (name) => (name === 'smoke' ? 'it answers HTTP 500' : null);
    world.live.start();
    await world.start();
    await world.until(() => world.state().phase === 'failed');
    expect(world.weights).toEqual([]);
    expect(world.told).toContain('hook: pre-rollout smoke: it answers HTTP 500');
  });

  it('that do not answer keep the traffic away, and nothing else', async () => {
    const world = new ReleaseWorld({ hooks });
    world.answerHook = () => new Promise(() => undefined);
    world.live.start();
    await world.start();
    await world.decisions(3);
    expect(world.weights).toEqual([]);
    expect(world.state().status).toContain('the pre-rollout hooks have not answered yet');
    await world.operate({ kind: 'rollback' });
    await world.seconds(40);
    expect(world.state().phase).toBe('failed');
  });

  it('of the load that fail count as no data', async () => {
    const world = await ReleaseWorld.started({ hooks });
    await world.until(() => world.state().weight === 5);
    world.answerHook = async () => 'it answers HTTP 503';
    await world.decisions(3);
    const { requests } = world.state().evidence ?? {};
    await world.decisions(3);
    expect(world.state().problem).toContain('the load test has failed');
    expect(world.state().evidence?.requests).toBe(requests);
  });
});

describe('an agent that is started anew', () => {
  it('goes on with the release, whose evidence begins anew', async () => {
    const world = await ReleaseWorld.started();
    await world.until(() => world.state().weight === 10);
    await world.live.close('a restart');
    const again = new ReleaseWorld();
    Object.assign(again, { shop: world.shop });
    await again.clock.advance(world.clock.nowMs() - again.clock.nowMs());
    again.live.start();
    again.see();
    expect(again.told[0]).toContain(
      'goes on with the release of shop/checkout:1.5; its evidence begins anew',
    );
    expect(again.state()).toMatchObject({ weight: 10, evidence: { requests: 0 } });
    await again.until(() => again.state().phase === 'succeeded');
  });
});

describe('a Rollout of Argo', () => {
  const WEB = 'shop/Rollout/web';

  async function rollout(changes: Parameters<typeof anArgoRelease>[0] = {}, rate = 100) {
    const world = new ReleaseWorld();
    world.rate = rate;
    world.others.set(WEB, anArgoRelease(changes));
    world.live.start();
    await world.decisions(1);
    return world;
  }

  it('is aborted when harm is certain', async () => {
    const world = await rollout();
    world.canary = BAD;
    await world.until(() => world.proposed.includes('abort'));
    expect(world.proposed.filter((kind) => kind !== 'abort' && kind !== 'promote')).toEqual([]);
  });

  it('goes on from a pause only where the evidence allows the next weight', async () => {
    const world = await rollout({}, 0);
    await world.decisions(40);
    expect(world.proposed).toEqual([]);
    expect(world.state(WEB).status).toContain('holds');
    world.rate = 200;
    await world.until(() => world.proposed.length > 0);
    expect(world.proposed).toEqual(['promote']);
  });

  it('that does not wait at a pause is left alone', async () => {
    const world = await rollout({
      status: { phase: 'Progressing', currentStepIndex: 0, currentPodHash: 'h2', stableRS: 'h1' },
    });
    await world.decisions(60);
    expect(world.proposed).toEqual([]);
  });
});

function faultOn(world: ReleaseWorld): RunningFault {
  const [pod] = world.shop.release().canary?.pods ?? [];
  return {
    ...{ id: 'f', kind: 'network-delay', provider: 'chaos-mesh', runId: null, ours: false },
    resource: {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      plural: 'networkchaos',
      namespace: 'shop',
      name: 'chaos',
    },
    ...{ namespaces: ['shop'], podLabels: {}, pods: [pod?.name ?? ''], createdAtMs: 0, durationMs: null },
    ...{ state: 'running', trouble: '', native: null },
  };
}

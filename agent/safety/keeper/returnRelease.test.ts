import { beforeEach, describe, expect, it } from 'vitest';
import { CoxswainError } from '../../protocol';
import { pastRelease } from '../../tasks/canary/live/pastRelease';
import { CONFIG } from '../testing/fakeWorld';
import { Releasing } from '../testing/releasing';
import { ClusterWriter } from '../writer';
import { type Charge, chargeKey, type ReleaseCharge } from './charge';
import type { AgentEnd } from './keeperProcess';
import { putRight } from './putRight';

const GRACE_MS = 300_000;

let run: Releasing;
let charge: ReleaseCharge;
let nowMs: number;
let isLocked: boolean;
let isDown: boolean;
/** How often the journal was taken. */
let taken: number;
let log: string[];
let weightAtGivingUp: number | null | undefined;

beforeEach(async () => {
  run = new Releasing('auto');
  connected('test');
  await run.begin(25);
  await run.gate.tick();
  charge = kept();
  nowMs = 0;
  isLocked = isDown = false;
  taken = 0;
  log = [];
});

function kept(): ReleaseCharge {
  const [only] = [...run.world.kept.values()];
  if (only?.kind !== 'release') throw new Error('the keeper knows of no release');
  return only;
}

/** An agent begins. */
function connected(context: string): void {
  run.world.journal.append({ kind: 'agent-started', version: '1', pid: 1 });
  run.world.journal.append({ kind: 'connected', context, server: 'https://there' });
}

/** What the keeper does once the agent is gone. @param meanwhile happens while the grace lasts */
const die = (
  end: AgentEnd = 'dead',
  meanwhile: () => void = () => undefined,
  held: readonly Charge[] = [charge],
) =>
  putRight(held, {
    writer: new ClusterWriter(run.cluster),
    async readRelease(namespace, name) {
      if (isDown) throw new CoxswainError('api-unreachable', 'no route', '');
      return run.cluster.snapshot().releases.get(`${namespace}/Deployment/${name}`);
    },
    agentId: 'a1',
    end,
    openJournal() {
      if (isLocked) throw new CoxswainError('journal-locked', 'in use', '');
      taken += 1;
      const { journal } = run.world;
      return {
        append: (event) => journal.append(event),
        query: (filter) => journal.query(filter),
        close: () => {},
      };
    },
    readJournal: () => ({ query: (filter) => run.world.journal.query(filter), close: () => {} }),
    newId: run.world.newId,
    monotonicMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
      meanwhile();
    },
    log(text) {
      log.push(text);
      if (text.startsWith('given up')) weightAtGivingUp = run.cluster.release().weight;
    },
  });

describe('a release of an agent that is gone', () => {
  it('has its traffic on stable again after the grace, the route first, and the next agent does the rest', async () => {
    const paths: string[] = [];
    run.cluster.beforeRequest = ({ path, method }) => {
      if (method === 'PATCH' && !path.includes('dryRun')) paths.push(path.split('/').slice(-2).join('/'));
    };
    await die();
    run.cluster.beforeRequest = () => undefined;
    expect(nowMs).toBe(GRACE_MS);
    expect(paths).toEqual([
      'httproutes/checkout?fieldManager=coxswain',
      'deployments/checkout?fieldManager=coxswain',
    ]);
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
    expect(run.cluster.release().canary).not.toBeNull();
    expect(run.world.journal.events('release')).toMatchObject([{ what: 'rolled-back', by: 'keeper' }]);
    expect(pastRelease(run.world.journal.query({ kinds: ['release'] })).why).toBe(
      'the agent is gone, and none came back in time',
    );
    expect(await run.drive()).toBeNull();
    expect(run.cluster.release()).toMatchObject({ note: null, canary: null });
  });

  it('is left to an agent that is back, which has the journal', async () => {
    await die('dead', () => {
      // It connects a moment after it has opened the journal.
      if (isLocked) connected('test');
      isLocked = true;
    });
    expect(run.cluster.release()).toMatchObject({ weight: 25, note: { goal: 'progress' } });
    expect(log.join()).toContain('another agent has been there since');
  });

  it('is left alone where another agent was there since and has ended: that one had a keeper of its own', async () => {
    await die('dead', () => {
      connected('test');
      run.world.journal.append({ kind: 'agent-stopped', why: 'disconnected' });
    });
    expect(run.cluster.release().weight).toBe(25);
  });

  it('is not left to agents that have died as well, one after the other at their start', async () => {
    await die('dead', () => {
      connected('test');
      connected('test');
    });
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
  });

  it.each([
    ['is there', true, GRACE_MS + 60_000],
    ['was there', false, GRACE_MS],
  ])(
    'is nobody else’s where an agent of another cluster %s, whose journal is the same',
    async (_what, has, leastMs) => {
      await die('dead', () => {
        if (nowMs === GRACE_MS) connected('elsewhere');
        isLocked = has;
      });
      expect(nowMs).toBeGreaterThanOrEqual(leastMs);
      expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
    },
  );

  it('is not taken for another release of the same Deployment', async () => {
    charge = { ...charge, releaseId: 'another' };
    await die();
    expect(run.cluster.release().weight).toBe(25);
  });

  it('that is being promoted is left to the next agent', async () => {
    await run.propose({ kind: 'promote' }, { orderedBy: 'ada' });
    await die();
    expect(run.cluster.release()).toMatchObject({ weight: 25, note: { goal: 'promote' } });
  });

  it('whose route somebody else has split anew loses its canary all the same', async () => {
    run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
      const rules = spec.rules as { backendRefs: { weight: number }[] }[];
      for (const { backendRefs } of rules)
        if (backendRefs.length > 1) for (const each of backendRefs) each.weight = 50;
    });
    await die();
    expect(run.cluster.release().weight).toBeNull();
  });

  it('is tried again where somebody was quicker', async () => {
    let conflicts = 0;
    run.cluster.beforeRequest = ({ path, method }) => {
      if (
        method === 'PATCH' &&
        path.includes('/httproutes/') &&
        !path.includes('dryRun') &&
        conflicts++ === 0
      )
        run.cluster.edit('httproutes', 'checkout', ({ spec }) => {
          const rules = spec.rules as { timeouts?: unknown }[];
          for (const rule of rules) rule.timeouts = { request: '2s' };
        });
    };
    await die();
    expect(run.cluster.release()).toMatchObject({ weight: null, note: { goal: 'roll-back' } });
  });

  it('does not wait for what cannot be put right', async () => {
    const resource = { ...charge.resource, name: 'forbidden' };
    const fault: Charge = { kind: 'fault', resource, workloadId: 'shop/Deployment/forbidden', text: '' };
    run.cluster.beforeRequest = ({ path }) => {
      if (path.includes('forbidden')) throw new CoxswainError('permission-denied', 'not yours', '');
    };
    await die('dead', () => undefined, [fault, charge]);
    const [returned] = run.world.journal.query({ kinds: ['release'] });
    expect(returned?.event).toMatchObject({ what: 'rolled-back' });
    expect(log.at(-1)).toMatch(/^given up/);
    expect(weightAtGivingUp).toBeNull();
  });

  it('keeps the journal from no agent while the API server cannot be asked', async () => {
    isDown = true;
    await die('dead', () => {
      expect(taken).toBe(0);
      isDown = nowMs < GRACE_MS + 60_000;
    });
    expect(taken).toBe(1);
    expect(run.cluster.release().weight).toBeNull();
  });

  it('needs no journal where that is no good', async () => {
    run.world.journal.beforeAppend = () => {
      throw new Error('the disk is full');
    };
    await die();
    expect(run.cluster.release().weight).toBeNull();
    expect(log.join('\n')).toContain('rolled-back');
  });

  it('that hangs, and so has the journal, has no grace: it has been silent for minutes', async () => {
    isLocked = true;
    await die('hung');
    expect(nowMs).toBe(0);
    expect(run.cluster.release().weight).toBeNull();
  });
});

describe('what the keeper is told of releases', () => {
  const tick = async () => {
    await run.gate.tick();
    return [...run.world.kept.keys()];
  };

  it('is each one that is under way and steered, with its grace', () => {
    expect(charge).toMatchObject({ graceMs: GRACE_MS, connectedSeq: 2, resource: { name: 'checkout' } });
    expect(charge.releaseId).toBe((run.cluster.release().note as { id: string }).id);
  });

  it('follows the settings', async () => {
    const { canary } = CONFIG;
    run.world.settings = { ...CONFIG, canary: { ...canary, aloneFor: 60_000 } };
    expect(await tick()).toEqual([chargeKey(charge)]);
    expect(kept().graceMs).toBe(60_000);
    run.world.settings = { ...CONFIG, canary: { ...canary, whenAgentDies: 'hold' } };
    expect(await tick()).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['Coxswain does not steer', () => (run.world.say = false)],
    ['is held by a pause', () => run.gate.pause('ada')],
    ['is only observed', () => run.gate.setMode('observe', 'ada', true)],
    ['is being promoted', () => run.propose({ kind: 'promote' }, { orderedBy: 'ada' })],
    [
      'has ended',
      async () => {
        await run.propose({ kind: 'rollback' }, { orderedBy: 'ada' });
        await run.drive();
      },
    ],
  ])('is nothing of one that %s', async (_what, change) => {
    await change();
    expect(await tick()).toEqual([]);
  });

  it('is also one whose traffic an emergency stop could not give back', async () => {
    run.cluster.beforeRequest = ({ method }) => {
      if (method === 'PATCH') throw new CoxswainError('api-unreachable', 'no route', '');
    };
    await run.gate.emergencyStop('ada');
    run.cluster.beforeRequest = () => undefined;
    expect(run.cluster.release().weight).toBe(25);
    expect(await tick()).toEqual([chargeKey(charge)]);
    await die();
    expect(run.cluster.release().weight).toBeNull();
  });

  it('is told again where the keeper could not be had, and that is said once', async () => {
    run.world.kept.clear();
    const { hold } = run.world.keeper;
    run.world.keeper.hold = async () => {
      throw new CoxswainError('internal', 'there is no keeper', '');
    };
    run.world.settings = { ...CONFIG, canary: { ...CONFIG.canary, aloneFor: 60_000 } };
    let wallMs = 0;
    run.world.monotonicMs = () => wallMs;
    for (let second = 0; second < 90; second += 1, wallMs += 1000) {
      await tick();
      await Promise.resolve();
    }
    expect(run.world.journal.events('warning')).toHaveLength(1);
    run.world.keeper.hold = hold;
    wallMs += 30_000;
    expect(await tick()).toEqual([chargeKey(charge)]);
  });
});

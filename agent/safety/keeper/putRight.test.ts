import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../cluster/api';
import { reduceHpa } from '../../cluster/model/autoscaler';
import { HANDOVER } from '../../cluster/model/handoverNote';
import { CoxswainError, type JournalEvent, type JournalRow } from '../../protocol';
import { autoscalerAddress } from '../handover/address';
import { takeOverChange } from '../handover/changes';
import { statusError } from '../testing/fakeCluster';
import { ClusterWriter } from '../writer';
import type { AgentEnd } from './keeperProcess';
import { putRight } from './putRight';

const METRICS = [
  {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
  },
];
const HPA = {
  kind: 'autoscaler',
  resource: autoscalerAddress({ kind: 'hpa', name: 'checkout' }, 'shop'),
} as const;
const UNREACHABLE = new CoxswainError('api-unreachable', 'no route', 'try again');
const LOCKED = new CoxswainError('journal-locked', 'in use', 'use that agent');

interface Hpa {
  metadata: { annotations?: Record<string, string>; [key: string]: unknown };
  spec: Record<string, unknown>;
}

function anHpa(): Hpa {
  const metadata = { name: 'checkout', namespace: 'shop', uid: 'u', resourceVersion: '1' };
  const scaleTargetRef = { kind: 'Deployment', name: 'checkout' };
  return { metadata, spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9, metrics: METRICS } };
}

/** As agent `by` leaves it when it dies. */
function takenOver(by = 'a1'): Hpa {
  const stamp = { by: 'auto', atMs: 0, agent: by, netUtilisation: 0.9 };
  const { write } = takeOverChange(reduceHpa(anHpa()).autoscaler, 'shop', stamp);
  return write.verb === 'json-patch' ? patched(anHpa(), write.operations) : anHpa();
}

function patched(hpa: Hpa, body: unknown): Hpa {
  try {
    return jsonPatch.applyPatch(hpa, body as Operation[], true, false).newDocument;
  } catch (error) {
    throw statusError(422, 'conflict', `testing value failed: ${String(error)}`);
  }
}

/** A cluster with one HPA, and a clock that moves by waiting only. */
function setUp(start: Hpa | null, end: AgentEnd = 'dead') {
  const state = { hpa: start, nowMs: 0, down: (_request: ApiRequest): unknown => null, log: [] as string[] };
  const journal = { events: [] as JournalEvent[], open: (): unknown => null, isOpen: false };
  const writes: ApiRequest[] = [];
  const send = async (request: ApiRequest) => {
    const trouble = state.down(request);
    if (trouble) throw trouble;
    if (!state.hpa) throw statusError(404, 'not-found', 'not found');
    if (request.method === 'GET') return { status: 200, body: state.hpa };
    const after = patched(state.hpa, request.body);
    if (!request.path.includes('dryRun')) {
      state.hpa = after;
      writes.push(request);
    }
    return { status: 200, body: {} };
  };
  const run = () =>
    putRight([HPA], {
      writer: new ClusterWriter({ context: 'test', send }),
      readRelease: async () => undefined,
      agentId: 'a1',
      end,
      openJournal() {
        const trouble = journal.open();
        if (trouble) throw trouble;
        expect(journal.isOpen).toBe(false);
        journal.isOpen = true;
        return {
          append: (event) => {
            journal.events.push(event);
            return { seq: 1, atMs: 0, hash: '', event } satisfies JournalRow;
          },
          query: () => [],
          close: () => {
            journal.isOpen = false;
          },
        };
      },
      readJournal: () => ({ query: () => [], close: () => {} }),
      newId: () => 't1',
      monotonicMs: () => state.nowMs,
      wait: async (ms) => {
        state.nowMs += ms;
      },
      log: (text) => state.log.push(text),
    });
  return { state, journal, writes, run, kinds: () => journal.events.map(({ kind }) => kind) };
}

describe('after the death of the agent', () => {
  it('an autoscaler is again what it was, and the journal tells of it', async () => {
    const { state, journal, run, kinds } = setUp(takenOver());
    expect(state.hpa?.spec).not.toEqual(anHpa().spec);
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.hpa?.metadata.annotations).toEqual({});
    expect(kinds()).toEqual(['intent', 'result', 'handover']);
    expect(journal.events[2]).toMatchObject({ how: 'handed-back', by: 'keeper', autoscaler: { uid: 'u' } });
    expect(journal.isOpen).toBe(false);
    expect(state.nowMs).toBe(0);
  });

  it.each([
    ['was never taken over', anHpa()],
    ['was taken over by another agent', takenOver('a2')],
    [
      'has a note that cannot be read',
      { ...anHpa(), metadata: { ...anHpa().metadata, annotations: { [HANDOVER]: '{' } } },
    ],
    ['is gone', null],
  ])('one that %s is left as it is, once no write of the dead can arrive any more', async (_what, hpa) => {
    const { state, writes, run, kinds } = setUp(hpa);
    await run();
    expect(state.hpa).toEqual(hpa);
    expect(writes).toEqual([]);
    expect(kinds()).toEqual([]);
    expect(state.nowMs).toBeGreaterThanOrEqual(10_000);
    expect(state.nowMs).toBeLessThan(12_000);
    expect(state.log.length).toBeLessThanOrEqual(1);
  });

  it('a take-over that arrives late is handed back too', async () => {
    const { state, run } = setUp(anHpa());
    state.down = () => {
      if (state.nowMs >= 3000 && !state.hpa?.metadata.annotations) state.hpa = takenOver();
      return null;
    };
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.hpa?.metadata.annotations).toEqual({});
  });

  it('it is tried again while the API server is away', async () => {
    const { state, run } = setUp(takenOver());
    state.down = () => (state.nowMs < 60_000 ? UNREACHABLE : null);
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.nowMs).toBeLessThan(66_000);
    expect(state.log).toHaveLength(1);
  });

  it('it is given up after a quarter of an hour', async () => {
    const { state, run } = setUp(takenOver());
    state.down = () => UNREACHABLE;
    await run();
    expect(state.nowMs).toBeGreaterThanOrEqual(15 * 60_000);
    expect(state.nowMs).toBeLessThan(15 * 60_000 + 6000);
    expect(state.log.at(-1)).toMatch(/given up/);
  });

  it('it is tried again where somebody has just written to it', async () => {
    const { state, run } = setUp(takenOver());
    let conflicts = 0;
    state.down = ({ path }) =>
      path.includes('dryRun') && conflicts++ < 2
        ? statusError(422, 'conflict', 'testing value failed')
        : null;
    await run();
    expect(conflicts).toBe(3);
    expect(state.hpa?.spec).toEqual(anHpa().spec);
  });

  it('it is left to another agent that has the journal, as long as that one lives', async () => {
    const { state, journal, writes, run } = setUp(takenOver());
    journal.open = () => (state.nowMs < 5000 ? LOCKED : null);
    state.down = () => {
      if (state.nowMs >= 2000) state.hpa = anHpa();
      return null;
    };
    await run();
    expect(writes).toEqual([]);
    const dead = setUp(takenOver());
    dead.journal.open = () => (dead.state.nowMs < 5000 ? LOCKED : null);
    await dead.run();
    expect(dead.writes).toHaveLength(1);
    expect(dead.state.nowMs).toBeGreaterThanOrEqual(5000);
  });

  it('it is not left for longer than a minute to another agent, which may not even see it', async () => {
    const { state, journal, run } = setUp(takenOver());
    journal.open = () => LOCKED;
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.nowMs).toBeGreaterThanOrEqual(60_000);
    expect(state.nowMs).toBeLessThan(66_000);
    expect(state.log.join('\n')).toMatch(/"kind":"handover"/);
  });

  it('a journal that the agent itself has, since it hangs, does not hold it up', async () => {
    const { state, journal, run } = setUp(takenOver(), 'hung');
    journal.open = () => LOCKED;
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.nowMs).toBe(0);
    expect(state.log.join('\n')).toMatch(/the agent hung.*"by":"keeper"/);
  });

  it('a journal that is no good does not keep it from being handed back', async () => {
    const { state, journal, run } = setUp(takenOver());
    journal.open = () => new CoxswainError('journal-corrupt', 'a row was changed', 'look');
    await run();
    expect(state.hpa?.spec).toEqual(anHpa().spec);
    expect(state.log.join('\n')).toMatch(/journal cannot be written.*\n.*"kind":"intent"/);
  });
});

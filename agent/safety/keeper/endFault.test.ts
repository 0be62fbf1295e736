import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/support/fakeClock';
import { NATIVE_FAULT } from '../../cluster/labels';
import { CoxswainError } from '../../protocol';
import { annotationLeftBy } from '../faultEnd';
import { FakeCluster, statusError } from '../testing/fakeCluster';
import { CHECKOUT_ID, MemoryJournal } from '../testing/fakeWorld';
import { aPlan, FOUR_PODS } from '../testing/faultPlans';
import { ClusterWriter } from '../writer';
import type { Charge } from './charge';
import type { AgentEnd } from './keeperProcess';
import { putRight } from './putRight';

const LOCKED = new CoxswainError('journal-locked', 'in use', 'use that agent');

let cluster: FakeCluster;
let journal: MemoryJournal;
let nowMs: number;
let isLocked: () => boolean;
let log: string[];

beforeEach(() => {
  cluster = new FakeCluster([FOUR_PODS]);
  journal = new MemoryJournal(new FakeClock());
  nowMs = 0;
  isLocked = () => false;
  log = [];
});

/** Makes a fault as the agent does, and dies. @returns what the keeper holds of it */
async function leave(name = 'f'): Promise<Charge> {
  const [change] = aPlan('scale-down', {
    provider: 'native',
    workload: cluster.get(CHECKOUT_ID),
    name,
  }).changes;
  await new ClusterWriter(readable(cluster)).send(change.write);
  const text = annotationLeftBy(change) ?? '';
  return { kind: 'fault', resource: change.write.resource, workloadId: CHECKOUT_ID, text };
}

/** The small cluster's Deployment with what a real one has as well. */
function readable(of: FakeCluster): Pick<FakeCluster, 'send' | 'context'> {
  return {
    context: of.context,
    async send(request) {
      const { status, body } = await of.send(request);
      if (request.method !== 'GET') return { status, body };
      const { metadata, spec } = body as { metadata: object; spec: object };
      const template = { metadata: { labels: {} }, spec: { containers: [] } };
      const named = { name: 'checkout', namespace: 'shop', ...metadata };
      return {
        status,
        body: { metadata: named, spec: { ...spec, selector: { matchLabels: {} }, template } },
      };
    },
  };
}

const run = (charge: Charge, end: AgentEnd = 'dead') =>
  putRight([charge], {
    writer: new ClusterWriter(readable(cluster)),
    readRelease: async () => undefined,
    agentId: 'a1',
    end,
    openJournal() {
      if (isLocked()) throw LOCKED;
      return {
        append: (event) => journal.append(event),
        query: (filter) => journal.query(filter),
        close: () => {},
      };
    },
    readJournal: () => ({ query: (filter) => journal.query(filter), close: () => {} }),
    newId: () => 't1',
    monotonicMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
    log: (text) => log.push(text),
  });

const isAsBefore = () => {
  const { desiredReplicas, annotations } = cluster.get(CHECKOUT_ID);
  return desiredReplicas === 4 && !(NATIVE_FAULT in annotations);
};

describe('a native fault of an agent that is gone', () => {
  it('is ended at once, and the journal tells of it', async () => {
    const charge = await leave();
    expect(isAsBefore()).toBe(false);
    await run(charge);
    expect(isAsBefore()).toBe(true);
    expect(nowMs).toBe(0);
    expect(journal.events('intent')).toMatchObject([
      { workloadId: CHECKOUT_ID, action: null, description: expect.stringContaining('the agent is gone') },
    ]);
    expect(journal.events('result')).toMatchObject([{ result: 'done' }]);
  });

  it('is ended once where the next agent has ended it already', async () => {
    const charge = await leave();
    await run(charge);
    const writes = cluster.writes().length;
    await run(charge);
    expect(cluster.writes()).toHaveLength(writes);
    expect(journal.events('intent')).toHaveLength(1);
  });

  it('is not taken for another one that was made on the same object since', async () => {
    const first = await leave('f');
    await run(first);
    await leave('g');
    await run(first);
    expect(isAsBefore()).toBe(false);
  });

  it('leaves what a person has set since, and only its annotation goes', async () => {
    const charge = await leave();
    cluster.put({ ...cluster.get(CHECKOUT_ID), desiredReplicas: 7 });
    await run(charge);
    expect(cluster.get(CHECKOUT_ID)).toMatchObject({ desiredReplicas: 7, annotations: {} });
  });

  it('that arrives late is ended too', async () => {
    const charge = await leave();
    const late = cluster.get(CHECKOUT_ID);
    cluster.put(FOUR_PODS);
    cluster.beforeRequest = () => {
      if (nowMs >= 3000 && cluster.requests.length < 20 && cluster.writes().length === 1) cluster.put(late);
    };
    await run(charge);
    expect(isAsBefore()).toBe(true);
  });

  it('is tried again while the API server is away', async () => {
    const charge = await leave();
    cluster.beforeRequest = () => {
      if (nowMs < 30_000) throw new CoxswainError('api-unreachable', 'no route', 'try again');
    };
    await run(charge);
    expect(isAsBefore()).toBe(true);
    expect(log).toHaveLength(1);
  });

  it('is tried again where somebody has just written to the object', async () => {
    const charge = await leave();
    let conflicts = 0;
    cluster.beforeRequest = ({ path }) => {
      if (path.includes('dryRun') && conflicts++ < 2) throw statusError(409, 'conflict', 'modified');
    };
    await run(charge);
    expect(conflicts).toBe(3);
    expect(isAsBefore()).toBe(true);
  });

  it('is left for a minute to an agent that has the journal, and never for that of one that hangs', async () => {
    const charge = await leave();
    isLocked = () => true;
    await run(charge);
    expect(isAsBefore()).toBe(true);
    expect(nowMs).toBeGreaterThanOrEqual(60_000);
    const next = await leave('g');
    nowMs = 0;
    await run(next, 'hung');
    expect(isAsBefore()).toBe(true);
    expect(nowMs).toBe(0);
  });
});

import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { autoscalerAddress } from '../handover/address';
import { type Charge, chargeKey } from './charge';
import { type AgentEnd, keep } from './keeperProcess';
import type { KeeperAnswer } from './messages';

const A: Charge = { kind: 'autoscaler', resource: autoscalerAddress({ kind: 'hpa', name: 'a' }, 'shop') };
const B: Charge = { kind: 'autoscaler', resource: autoscalerAddress({ kind: 'keda', name: 'b' }, 'shop') };

/** What a keeper does that is told these lines, and then hears the end of the pipe. */
async function told(lines: readonly unknown[], { prepare = () => {} } = {}) {
  const orders = new PassThrough();
  const answers: KeeperAnswer[] = [];
  const putRight: (readonly Charge[])[] = [];
  const log: string[] = [];
  const ended = keep({
    orders,
    answer: (answer) => answers.push(answer),
    prepare,
    putRight: async (held) => void putRight.push(held),
    every: () => () => undefined,
    log: (text) => log.push(text),
  });
  for (const line of lines) orders.write(typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
  orders.end();
  await ended;
  return { answers, putRight, log };
}

describe('a keeper', () => {
  it('puts right what it holds when the pipe ends without a goodbye', async () => {
    const { answers, putRight } = await told([{ hold: A }, { hold: B }]);
    expect(answers).toEqual([{ held: chargeKey(A) }, { held: chargeKey(B) }]);
    expect(putRight).toEqual([[A, B]]);
  });

  it.each([
    ['was released', [{ hold: A }, { release: chargeKey(A) }]],
    ['never was held', []],
    ['the agent says goodbye to', [{ hold: A }, { goodbye: true }]],
  ])('does nothing about what %s', async (_what, lines) => {
    expect((await told(lines)).putRight).toEqual([]);
  });

  it('holds again what was released before, and once what is held twice', async () => {
    const { putRight } = await told([{ hold: A }, { release: chargeKey(A) }, { hold: A }, { hold: A }]);
    expect(putRight).toEqual([[A]]);
  });

  it('holds what is said last of one thing', async () => {
    const release = (graceMs: number): Charge => ({
      ...{ kind: 'release', resource: A.resource, releaseId: 'r', graceMs, connectedSeq: 1 },
    });
    const { putRight } = await told([{ hold: release(1) }, { hold: release(2) }, { hold: A }]);
    expect(putRight).toEqual([[release(2), A]]);
  });

  it('refuses what it could not put right', async () => {
    const prepare = () => {
      throw new Error('no kubeconfig');
    };
    const { answers, putRight } = await told([{ hold: A }], { prepare });
    expect(answers).toEqual([{ refused: chargeKey(A), why: expect.stringContaining('no kubeconfig') }]);
    expect(putRight).toEqual([]);
  });

  it('is not put off by lines that are none', async () => {
    const { putRight, log } = await told(['nonsense\n', { hold: A, more: 1 }, { hold: A }, '{"release":']);
    expect(putRight).toEqual([[A]]);
    expect(log).toHaveLength(4);
  });
});

/** A keeper whose ticks are made by hand. */
function ticking() {
  const orders = new PassThrough();
  const ends: [AgentEnd, number][] = [];
  const ticks = new Map<() => void, number>();
  const ended = keep({
    orders,
    answer: () => undefined,
    prepare: () => undefined,
    putRight: async (held, end) => void ends.push([end, held.length]),
    every(ms, tick) {
      ticks.set(tick, ms);
      return () => ticks.delete(tick);
    },
    log: () => undefined,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    orders,
    ends,
    ended,
    lengths: () => [...ticks.values()],
    async tell(order: unknown) {
      orders.write(`${JSON.stringify(order)}\n`);
      await settled();
    },
    async tick(count: number) {
      for (let tick = 0; tick < count; tick += 1) for (const call of [...ticks.keys()]) call();
      await settled();
    },
  };
}

describe('an agent that hangs, so that the pipe stays open', () => {
  it('is as good as dead after eight beats that do not come, and not sooner', async () => {
    const keeper = ticking();
    await keeper.tell({ beat: 15_000 });
    await keeper.tell({ hold: A });
    expect(keeper.lengths()).toEqual([15_000]);
    await keeper.tick(7);
    await keeper.tell({ beat: 15_000 });
    await keeper.tick(7);
    await keeper.tell({ hold: B });
    await keeper.tick(7);
    expect(keeper.ends).toEqual([]);
    await keeper.tick(1);
    await keeper.ended;
    expect(keeper.ends).toEqual([['hung', 2]]);
    expect(keeper.lengths()).toEqual([]);
  });

  it('with nothing taken over is left alone, and has its full time from the next take-over on', async () => {
    const keeper = ticking();
    await keeper.tell({ beat: 15_000 });
    await keeper.tell({ hold: A });
    await keeper.tell({ release: chargeKey(A) });
    await keeper.tick(100);
    await keeper.tell({ hold: A });
    await keeper.tick(7);
    expect(keeper.ends).toEqual([]);
    keeper.orders.end();
    await keeper.ended;
    expect(keeper.ends).toEqual([['dead', 1]]);
    expect(keeper.lengths()).toEqual([]);
  });
});

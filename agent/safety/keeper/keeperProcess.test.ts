import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ResourceAddress } from '../change';
import { autoscalerAddress } from '../handover/address';
import { type AgentEnd, keep } from './keeperProcess';
import type { KeeperAnswer } from './messages';

const A = autoscalerAddress({ kind: 'hpa', name: 'a' }, 'shop');
const B = autoscalerAddress({ kind: 'keda', name: 'b' }, 'shop');

/** What a keeper does that is told these lines, and then hears the end of the pipe. */
async function told(lines: readonly unknown[], { prepare = () => {} } = {}) {
  const orders = new PassThrough();
  const answers: KeeperAnswer[] = [];
  const handedBack: (readonly ResourceAddress[])[] = [];
  const log: string[] = [];
  const ended = keep({
    orders,
    answer: (answer) => answers.push(answer),
    prepare,
    handBack: async (held) => void handedBack.push(held),
    every: () => () => undefined,
    log: (text) => log.push(text),
  });
  for (const line of lines) orders.write(typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
  orders.end();
  await ended;
  return { answers, handedBack, log };
}

describe('a keeper', () => {
  it('hands back what it holds when the pipe ends without a goodbye', async () => {
    const { answers, handedBack } = await told([{ hold: A }, { hold: B }]);
    expect(answers).toEqual([{ held: A }, { held: B }]);
    expect(handedBack).toEqual([[A, B]]);
  });

  it.each([
    ['was released', [{ hold: A }, { release: A }]],
    ['never was held', []],
    ['the agent says goodbye to', [{ hold: A }, { goodbye: true }]],
  ])('does nothing about what %s', async (_what, lines) => {
    expect((await told(lines)).handedBack).toEqual([]);
  });

  it('holds again what was released before, and once what is held twice', async () => {
    const { handedBack } = await told([{ hold: A }, { release: A }, { hold: A }, { hold: A }]);
    expect(handedBack).toEqual([[A]]);
  });

  it('refuses what it could not hand back', async () => {
    const prepare = () => {
      throw new Error('no kubeconfig');
    };
    const { answers, handedBack } = await told([{ hold: A }], { prepare });
    expect(answers).toEqual([{ refused: A, why: expect.stringContaining('no kubeconfig') }]);
    expect(handedBack).toEqual([]);
  });

  it('is not put off by lines that are none', async () => {
    const { handedBack, log } = await told(['nonsense\n', { hold: A, more: 1 }, { hold: A }, '{"release":']);
    expect(handedBack).toEqual([[A]]);
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
    handBack: async (held, end) => void ends.push([end, held.length]),
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
    await keeper.tell({ release: A });
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

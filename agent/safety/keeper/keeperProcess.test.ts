import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ResourceAddress } from '../change';
import { autoscalerAddress } from '../handover/address';
import { keep } from './keeperProcess';
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

import { describe, expect, it } from 'vitest';
import { aNode, aPod } from '../../test/support/builders';
import type { Node } from '../cluster/snapshot';
import { type Config, DEFAULT_CONFIG } from '../config/schema';
import { podRate } from './podRate';

const GIB = 2 ** 30;
const nodes = new Map<string, Node>([
  ['small', aNode('small', { type: 's1' })],
  ['large', aNode('large', { type: 'l1' })],
  ['plain', aNode('plain')],
]);
const costs = (prices: Config['costs']['nodes'] = {}): Config['costs'] => ({
  ...DEFAULT_CONFIG.costs,
  coreHour: 0.1,
  gibHour: 0.01,
  nodes: prices,
});
const on = (...names: string[]) => ({
  pods: names.map((name, index) => aPod(String(index), { node: name })),
  cpuRequestCores: 2,
  memoryRequestBytes: 4 * GIB,
});

describe('what a pod costs for an hour', () => {
  it('is what it requests', () => {
    expect(podRate(costs(), on('small'), nodes)).toEqual({ perHour: 2 * 0.1 + 4 * 0.01, notes: [] });
  });

  it('is the mean over the node types of its pods', () => {
    const prices = { s1: { coreHour: 0.05, gibHour: 0.01 }, l1: { coreHour: 0.25, gibHour: 0.01 } };
    const { perHour, notes } = podRate(costs(prices), on('small', 'small', 'small', 'large'), nodes);
    expect(perHour).toBeCloseTo((3 * 0.14 + 0.54) / 4, 12);
    expect(notes).toEqual([]);
  });

  it.each<[string, Config['costs']['nodes'], string[], string]>([
    ['a type', { s1: { coreHour: 1, gibHour: 1 } }, ['small', 'large'], 'costs.nodes has no price for l1'],
    ['a part of a type', { s1: { coreHour: 1 } }, ['small'], 'costs.nodes.s1 has no gibHour'],
    ['the type of a node', { s1: { coreHour: 1, gibHour: 1 } }, ['plain'], 'type of a node is not known'],
  ])('is said where the table lacks %s', (_what, prices, names, note) => {
    const { perHour, notes } = podRate(costs(prices), on(...names), nodes);
    expect(perHour).toBeGreaterThan(0);
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  it.each<[string, object, number | null, string]>([
    ['nothing', { cpuRequestCores: null, memoryRequestBytes: null }, null, 'neither CPU nor memory'],
    ['no CPU', { cpuRequestCores: null }, 0.04, 'no CPU'],
    ['no memory', { memoryRequestBytes: null }, 0.2, 'no memory'],
  ])('is said where a container requests %s', (_what, changes, perHour, note) => {
    const rate = podRate(costs(), { ...on('small'), ...changes }, nodes);
    expect(rate).toEqual({ perHour, notes: [expect.stringContaining(note)] });
  });

  it('is the general price where it has no pods now', () => {
    expect(podRate(costs({ s1: { coreHour: 1, gibHour: 1 } }), on(), nodes).perHour).toBeCloseTo(0.24, 12);
  });
});

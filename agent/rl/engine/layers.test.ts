import { describe, expect, it } from 'vitest';
import { aLayer } from '../../../test/support/referenceNetwork';
import { flatLayers } from './layers';
import type { NetworkSpec } from './network';

const aSpec = (changes: Partial<NetworkSpec>): NetworkSpec => ({
  inputs: 2,
  trunk: [aLayer('trunk', 3)],
  towers: [{ name: 'a', layers: [aLayer('a', 1)] }],
  ...changes,
});

describe('flatLayers', () => {
  it('places the layers one behind the other', () => {
    const { trunk, towers, parameterCount } = flatLayers(
      aSpec({
        towers: [
          { name: 'a', layers: [aLayer('a.0', 5), aLayer('a', 4)] },
          { name: 'b', layers: [aLayer('b', 1)] },
        ],
      }),
    );
    const places = [...trunk, ...towers.flat()].map(({ spec, inputs, offset }) => [
      spec.name,
      inputs,
      offset,
    ]);
    expect(places).toEqual([
      ['trunk', 2, 0],
      ['a.0', 3, 9],
      ['a', 5, 29],
      ['b', 3, 53],
    ]);
    expect(parameterCount).toBe(57);
  });

  it.each<[Partial<NetworkSpec>, string]>([
    [{ inputs: 0 }, 'the inputs are 0'],
    [{ inputs: 2.5 }, 'the inputs are 2.5'],
    [{ trunk: [aLayer('trunk', -1)] }, 'the units of trunk are -1'],
    [{ trunk: [aLayer('trunk', 2, { dropout: 1 })] }, 'the dropout of trunk is 1'],
    [{ trunk: [aLayer('trunk', 2, { dropout: Number.NaN })] }, 'the dropout of trunk is NaN'],
    [{ trunk: [aLayer('a', 2)] }, 'two layers are named a'],
    [{ towers: [] }, 'the network has no tower'],
    [{ towers: [{ name: 'a', layers: [] }] }, 'tower a has no layer'],
    [{ towers: [{ name: 'a', layers: [aLayer('a', 1, { dropout: 0.1 })] }] }, 'a is an output: it cannot'],
  ])('refuses %j', (changes, message) => {
    expect(() => flatLayers(aSpec(changes))).toThrow(message);
  });
});

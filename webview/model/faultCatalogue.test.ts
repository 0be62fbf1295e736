import { expect, it } from 'vitest';
import { FaultKind } from '../../agent/protocol';
import { exampleExperiment } from '../../test/support/chaosExamples';
import { faultChoices } from './faultCatalogue';

it('offers every kind once, in groups that have some', () => {
  const groups = faultChoices([]);
  expect(groups.every(({ choices }) => choices.length > 0)).toBe(true);
  const kinds = groups.flatMap(({ choices }) => choices.map(({ kind }) => kind));
  expect(kinds.toSorted()).toEqual(FaultKind.options.toSorted());
});

it('says who would do it, why nobody can, or that it is not known', () => {
  const experiments = [
    exampleExperiment({ kind: 'pod-kill', provider: null, problem: 'no target' }),
    exampleExperiment({ kind: 'pod-kill', provider: 'native' }),
    exampleExperiment({ kind: 'dns-error', provider: null, problem: 'Chaos Mesh is not installed' }),
  ];
  const choices = faultChoices(experiments).flatMap((group) => group.choices);
  const of = (kind: FaultKind) => choices.find((choice) => choice.kind === kind);
  expect(of('pod-kill')).toMatchObject({ title: 'Pod kill', provider: 'native', problem: null });
  expect(of('dns-error')).toMatchObject({ provider: null, problem: 'Chaos Mesh is not installed' });
  expect(of('io-error')).toMatchObject({ provider: undefined, problem: null });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { aNode, aPod, aWorkload } from '../../../test/support/builders';
import { hasRealDefinitions, realDefinitions } from '../../../test/support/realDefinitions';
import { FaultKind } from '../../protocol';
import { experimentKind } from '../experiment/experiment';
import { loadExperiments } from '../experiment/files';
import { parseExperiment } from '../experiment/parse';
import type { FaultTarget } from './provider';
import { PROVIDERS, providerNamed } from './providers';
import { renderExperiment } from './render';

const target: FaultTarget = {
  workload: aWorkload([aPod('a'), aPod('b')]),
  nodes: new Map([['node-1', aNode('node-1')]]),
  name: 'coxswain-x',
  runId: null,
  nowMs: 0,
  random: () => 0,
};

describe('the experiments that are shipped', () => {
  const files = loadExperiments(join(import.meta.dirname, '../../../manifests/chaos'));
  const experiments = files.flatMap(({ experiment }) => experiment ?? []);

  it('are good, named as their files, and one for each kind', () => {
    expect(files.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(files.filter(({ path, name }) => !path.endsWith(`/${name}.yaml`))).toEqual([]);
    const kinds = experiments.filter(({ fault }) => fault).map(experimentKind);
    expect(kinds.toSorted()).toEqual([...FaultKind.options].sort());
    expect(experiments.filter(({ workflow }) => workflow)).toHaveLength(1);
  });

  it('each have a hypothesis and an end', () => {
    for (const { steadyState, abortWhen, description } of experiments) {
      expect(steadyState.probes.length).toBeGreaterThan(0);
      expect(abortWhen.length).toBeGreaterThan(0);
      expect(description).not.toBe('');
    }
  });

  const problems = hasRealDefinitions ? realDefinitions('chaos-mesh', 'litmus') : () => [];
  const tools = PROVIDERS.filter(({ name }) => name !== 'native');
  const cases = tools.flatMap((provider) =>
    experiments
      .filter(({ fault }) => (fault ? provider.kinds.includes(fault.kind) : provider.name === 'chaos-mesh'))
      .map((experiment) => ({ provider, experiment, tool: provider.name, name: experiment.name })),
  );
  it.skipIf(!hasRealDefinitions).each(cases)(
    '$name is valid as $tool writes it',
    ({ provider, experiment }) => {
      const documents = parseAllDocuments(renderExperiment(experiment, provider, target));
      expect(documents).toHaveLength(1);
      expect(documents.flatMap((document) => problems(document.toJS()))).toEqual([]);
    },
  );
});

describe('an experiment as YAML', () => {
  const experiment = parseExperiment('name: x\nfault: {kind: pod-kill}\nmode: all', 'x.yaml');
  const scheduled = {
    ...experiment,
    ...parseExperiment('name: x\nfault: {kind: pod-kill}\nschedule: {cron: "@every 5m"}', 'x'),
  };

  it('has one document for each change', () => {
    const documents = parseAllDocuments(renderExperiment(experiment, providerNamed('native'), target));
    expect(documents.map((document) => document.toJS())).toMatchObject([
      { verb: 'delete', resource: { name: 'a' } },
      { verb: 'delete', resource: { name: 'b' } },
    ]);
  });

  it('is a Schedule where it has one, which only Chaos Mesh knows', () => {
    const text = renderExperiment(scheduled, providerNamed('chaos-mesh'), target);
    expect(parseAllDocuments(text).map((document) => document.toJS())).toMatchObject([
      {
        kind: 'Schedule',
        spec: { schedule: '@every 5m', type: 'PodChaos', podChaos: { action: 'pod-kill' } },
      },
    ]);
    for (const name of ['native', 'litmus'] as const) {
      expect(() => renderExperiment(scheduled, providerNamed(name), target)).toThrow(/has no schedules/);
    }
  });
});

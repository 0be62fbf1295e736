import { describe, expect, it } from 'vitest';
import { experimentLanguage } from './experimentLanguage';
import { languageOf, lensesOf } from './languages';
import { at } from './testing/cursor';

function complete(marked: string): string[] {
  const { text, position } = at(marked);
  return experimentLanguage.complete(text, position).map((item) => item.label);
}

function hover(marked: string): unknown {
  const { text, position } = at(marked);
  return experimentLanguage.hover(text, position)?.contents;
}

describe('the language features of experiment files', () => {
  it('complete keys at the top, in sections, and in items of lists', () => {
    expect(complete('‸')).toEqual(expect.arrayContaining(['name', 'fault', 'workflow', 'steadyState']));
    expect(complete('steadyState:\n  ‸')).toEqual(['probes', 'settle', 'recoverWithin']);
    const probe = expect.arrayContaining(['name', 'promql', 'http', 'kubernetes', 'atMost']);
    expect(complete('steadyState:\n  probes:\n    - ‸')).toEqual(probe);
    expect(complete('steadyState:\n  probes:\n    - name: x\n      ‸')).toEqual(probe);
    expect(complete('abortWhen:\n- name: x\n  ‸')).toEqual(probe);
    expect(complete('abortWhen:\n  - name: x\n    http:\n      ‸')).toEqual([
      'service',
      'port',
      'path',
      'status',
    ]);
    expect(complete('workflow:\n  - parallel:\n      - ‸')).toContain('wait');
  });

  it('complete the kinds, and the parameters of the kind that is there', () => {
    expect(complete('fault:\n  ‸')).toEqual(['kind']);
    expect(complete('fault:\n  kind: ‸')).toEqual(expect.arrayContaining(['pod-kill', 'time-skew']));
    expect(complete('fault:\n  kind: network-loss\n  ‸')).toEqual([
      'kind',
      'loss',
      'correlation',
      'direction',
    ]);
    expect(complete('fault:\n  ‸\n  kind: cpu-stress # hot\n')).toEqual(['kind', 'workers', 'load']);
    expect(complete('fault:\n  kind: network-loss\n  direction: ‸')).toEqual(['to', 'from', 'both']);
    expect(complete('workflow:\n  - fault:\n      kind: pod-kill\n      ‸')).toEqual([
      'kind',
      'gracePeriodSeconds',
    ]);
    const before = 'workflow:\n  - fault:\n      kind: pod-kill\n  - fault:\n      ‸';
    expect(complete(before)).toEqual(['kind']);
  });

  it('complete values, and suggest the default where anything may stand', () => {
    expect(complete('mode: ‸')).toEqual(['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent']);
    expect(complete('provider: ‸')).toEqual(['native', 'chaos-mesh', 'litmus', 'auto']);
    expect(complete('abortWhen:\n  - kubernetes: ‸')).toContain('readyReplicas');
    expect(complete('fault:\n  kind: cpu-stress\n  load: ‸')).toEqual(['100']);
  });

  it('explain the key under the cursor', () => {
    const value = (text: string) => ({ kind: 'markdown', value: expect.stringContaining(text) });
    expect(hover('steadyState:\n  probes:\n    - pro‸mql: x')).toEqual(
      value('A query that yields one number'),
    );
    expect(hover('fault:\n  kind: memory-stress\n  size‸Mb: 3')).toEqual(value('MiB that they hold'));
    expect(hover('fault:\n  kind: cpu-stress\n  size‸Mb: 3')).toBeUndefined();
  });

  it('mark a problem where it is', () => {
    expect(experimentLanguage.diagnose('name: x\nfault:\n  kind: pod-kill\n  loss: 1\n')).toMatchObject([
      { message: 'unknown key "fault.loss"', range: { start: { line: 3, character: 2 } } },
    ]);
  });
});

describe('a document', () => {
  const isOurs = (uri: string, text: string) => languageOf({ uri, text }) === experimentLanguage;
  const MANIFEST = 'apiVersion: chaos-mesh.org/v1alpha1\nkind: PodChaos\n';

  it.each<[string, string, boolean]>([
    ['file:///a/x.chaos.yaml', '', true],
    ['file:///a/chaos/x.yml', '', true],
    ['file:///a/chaos/x.yaml', MANIFEST, false],
    ['file:///a/x.yaml', 'name: x\nfault:\n  kind: pod-kill\n', true],
    ['file:///a/x.yaml', 'name: x\nworkflow: []\n', true],
    ['untitled:Untitled-1', 'name: x\nfault: {kind: pod-kill}\n', true],
    ['file:///a/x.yaml', 'name: x\njobs: {}\n', false],
    ['file:///a/coxswain.yaml', 'name: x\nfault: {}\n', false],
  ])('%s with %j is an experiment: %s', (uri, text, expected) => {
    expect(isOurs(uri, text)).toBe(expected);
  });

  it('is left alone where it is none of ours', () => {
    expect(languageOf({ uri: 'file:///a/x.yaml', text: 'a: 1' })).toBeNull();
    expect(lensesOf({ uri: 'file:///coxswain.yaml', text: '' })).toEqual([]);
  });

  it('that is an experiment can be run and checked, from above its name', () => {
    const uri = 'file:///a/x.chaos.yaml';
    const lenses = lensesOf({ uri, text: '# What it is\nname: x\n' });
    expect(lenses.map(({ command }) => [command?.command, command?.arguments])).toEqual([
      ['coxswain.runExperiment', [{ uri, path: '/a/x.chaos.yaml' }]],
      ['coxswain.verifyExperiment', [{ uri, path: '/a/x.chaos.yaml' }]],
    ]);
    expect(lenses[0]?.range.start.line).toBe(1);
  });
});

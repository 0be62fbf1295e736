import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import { checkConfig, parseConfig } from './parse';
import { DEFAULT_CONFIG } from './schema';

/** The problems of a text as `line:column message`. */
function problems(text: string): string[] {
  return checkConfig(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('coxswain.yaml', () => {
  it('is all defaults when it is empty or holds only comments', () => {
    expect(parseConfig('', 'f')).toEqual(DEFAULT_CONFIG);
    expect(parseConfig('# nothing yet\n', 'f')).toEqual(DEFAULT_CONFIG);
  });

  it('overrides single keys and keeps the other defaults', () => {
    const config = parseConfig('mode: approve\nguard:\n  maxReplicas: 5\nheal:\n  settle: 1m\n', 'f');
    expect(config.mode).toBe('approve');
    expect(config.guard.maxReplicas).toBe(5);
    expect(config.guard.minReplicas).toBe(1);
    expect(config.heal.settle).toBe(60_000);
  });

  const cases: { name: string; text: string; problem: RegExp }[] = [
    { name: 'an unknown key', text: 'mode: auto\ngard: {}\n', problem: /^2:1 unknown key "gard"$/ },
    {
      name: 'an unknown key in a section',
      text: 'guard:\n  maxReplica: 3\n',
      problem: /^2:3 unknown key "guard.maxReplica"$/,
    },
    {
      name: 'a value of the wrong type',
      text: 'guard:\n  maxReplicas: many\n',
      problem: /^2:16 guard.maxReplicas/,
    },
    { name: 'a value out of range', text: 'heal:\n  interval: 5s\n', problem: /^2:13 .*expected 10s to 30s/ },
    { name: 'a bad duration', text: 'heal:\n  settle: soon\n', problem: /^2:11 .*expected a duration/ },
    { name: 'a bad mode', text: 'mode: yolo\n', problem: /^1:7 mode/ },
    { name: 'a bad list item', text: 'namespaces:\n  - shop\n  - 7\n', problem: /^3:5 namespaces.1/ },
    {
      name: 'a limit that leaves no room',
      text: 'guard:\n  minReplicas: 20\n',
      problem: /^2:16 guard.minReplicas: expected at most guard.maxReplicas, which is 10$/,
    },
    {
      name: 'an interval without a pause',
      text: 'metrics:\n  interval: 0s\n',
      problem: /^2:13 .*expected 1s to 30s/,
    },
    {
      name: 'a duration beyond every timer',
      text: 'heal:\n  settle: 9999h\n',
      problem: /^2:11 .*expected 1s to 1h/,
    },
    {
      name: 'an objective of nothing',
      text: 'workloads:\n  a/b:\n    slo: {latencyP95: 0s}\n',
      problem: /^3:23 .*expected 1ms to 1h/,
    },
    {
      name: 'a workload without its namespace',
      text: 'workloads:\n  checkout:\n    observeOnly: true\n',
      problem: /^2:3 workloads.checkout: expected namespace\/name$/,
    },
    { name: 'a key that is there twice', text: 'mode: auto\nmode: auto\n', problem: /^2:1 .*unique/ },
    {
      name: 'an alias without its anchor',
      text: 'slo:\n  errorRate: *nope\n',
      problem: /^2:14 .*alias.*nope/,
    },
    {
      name: 'an unknown key behind an alias, where the alias is',
      text: 'heal: &h {settle: 1m}\nguard: *h\n',
      problem: /^2:8 unknown key "guard.settle"$/,
    },
    { name: 'a merge key', text: 'slo: {<<: {errorRate: 1}}\n', problem: /^1:7 unknown key "slo.<<"$/ },
    { name: 'a problem after a byte order mark', text: '\uFEFFmode: fly\n', problem: /^1:7 mode/ },
    { name: 'a problem after Windows line ends', text: 'mode: auto\r\na: 1\r\n', problem: /^2:1 unk/ },
    { name: 'an empty namespace', text: 'namespaces: [""]\n', problem: /^1:14 namespaces.0/ },
    { name: 'broken YAML', text: 'mode: [auto\n', problem: /^\d+:\d+ / },
    { name: 'a document that is no mapping', text: '- a\n', problem: /^1:1 / },
  ];
  for (const { name, text, problem } of cases) {
    it(`reports ${name} with its line and column`, () => {
      expect(problems(text)[0]).toMatch(problem);
    });
  }

  it('takes the value of an anchor', () => {
    const config = parseConfig(
      'slo: {errorRate: &small 0.02}\nworkloads: {a/b: {slo: {errorRate: *small}}}',
      'f',
    );
    expect(config.workloads['a/b']?.slo?.errorRate).toBe(0.02);
  });

  it('reports every problem at once, under the name of the file', () => {
    expect(() => parseConfig('a: 1\nb: 2\n', 'coxswain.yaml')).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: 'coxswain.yaml:1:1: unknown key "a"\ncoxswain.yaml:2:1: unknown key "b"',
      }),
    );
  });

  it('never throws anything but its own error, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        try {
          parseConfig(text, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(CoxswainError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

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
    { name: 'broken YAML', text: 'mode: [auto\n', problem: /^\d+:\d+ / },
    { name: 'a document that is no mapping', text: '- a\n', problem: /^1:1 / },
  ];
  for (const { name, text, problem } of cases) {
    it(`reports ${name} with its line and column`, () => {
      expect(problems(text)[0]).toMatch(problem);
    });
  }

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

import { describe, expect, it } from 'vitest';
import { configLanguage } from './configLanguage';
import { at } from './testing/cursor';

function complete(marked: string): string[] {
  const { text, position } = at(marked);
  return configLanguage.complete(text, position).map((item) => item.label);
}

describe('the language features of coxswain.yaml', () => {
  it('complete keys at the top, in a section, and in a nested section', () => {
    expect(complete('‸')).toContain('guard');
    expect(complete('guard:\n  ‸')).toContain('maxReplicas');
    expect(complete('guard:\n  minReplicas: 1\n  breaker:\n    ‸')).toEqual(['failures', 'openFor']);
    expect(complete('workloads:\n  shop/checkout:\n    ‸')).toEqual([
      'slo',
      'scale',
      'canary',
      'observeOnly',
    ]);
  });

  it('complete the values of an enumeration and of a boolean', () => {
    expect(complete('mode: ‸')).toEqual(['observe', 'approve', 'auto']);
    expect(complete('chaos:\n  enabled: ‸')).toEqual(['true', 'false']);
  });

  it('explain the key under the cursor', () => {
    const { text, position } = at('guard:\n  maxRe‸plicas: 3\n');
    expect(configLanguage.hover(text, position)?.contents).toMatchObject({
      value: expect.stringContaining('Never more.'),
    });
  });

  it('mark a problem where it is', () => {
    expect(configLanguage.diagnose('mode: auto\nfoo: 1\n')).toMatchObject([
      {
        message: 'unknown key "foo"',
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
      },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { completeConfig, diagnoseConfig, hoverConfig } from './configLanguage';

/** The text without its cursor `‸`, and where the cursor was. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf('‸')).split('\n');
  return {
    text: marked.replace('‸', ''),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

function complete(marked: string): string[] {
  const { text, position } = at(marked);
  return completeConfig(text, position).map((item) => item.label);
}

describe('the language features of coxswain.yaml', () => {
  it('complete keys at the top, in a section, and in a nested section', () => {
    expect(complete('‸')).toContain('guard');
    expect(complete('guard:\n  ‸')).toContain('maxReplicas');
    expect(complete('guard:\n  minReplicas: 1\n  breaker:\n    ‸')).toEqual(['failures', 'openFor']);
    expect(complete('workloads:\n  shop/checkout:\n    ‸')).toEqual(['slo', 'observeOnly']);
  });

  it('complete the values of an enumeration and of a boolean', () => {
    expect(complete('mode: ‸')).toEqual(['observe', 'approve', 'auto']);
    expect(complete('chaos:\n  enabled: ‸')).toEqual(['true', 'false']);
  });

  it('explain the key under the cursor', () => {
    const { text, position } = at('guard:\n  maxRe‸plicas: 3\n');
    expect(hoverConfig(text, position)?.contents).toMatchObject({
      value: expect.stringContaining('Never more.'),
    });
  });

  it('mark a problem where it is', () => {
    expect(diagnoseConfig('mode: auto\nfoo: 1\n')).toMatchObject([
      {
        message: 'unknown key "foo"',
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
      },
    ]);
  });
});

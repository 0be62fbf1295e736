import { describe, expect, it } from 'vitest';
import { formatLabelSelector, fromLabelSelector, labelsMatch, parseLabelSelector } from './labelSelector';

const LABELS = { app: 'web', tier: 'front', 'example.com/team': 'a-1' };

describe('a label selector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app!=web', false],
    ['absent!=web', true],
    ['app in (api, web),tier notin (back,db)', true],
    ['app in (api)', false],
    ['tier notin (front)', false],
    ['app,!absent', true],
    ['absent', false],
    ['!app', false],
    ['example.com/team=a-1', true],
    ['app=', false],
    ['toString', false],
  ])('%j on the labels is %s', (text, expected) => {
    const requirements = parseLabelSelector(text);
    expect(labelsMatch(requirements, LABELS)).toBe(expected);
    expect(labelsMatch(parseLabelSelector(formatLabelSelector(requirements)), LABELS)).toBe(expected);
  });

  it.each(['app in web', 'app in (a', 'a b', '=x', ',', '!', 'a=b=c'])('%j is refused with 400', (text) => {
    expect(() => parseLabelSelector(text)).toThrow(
      expect.objectContaining({ code: 400, reason: 'BadRequest' }),
    );
  });

  it('is read from an object too', () => {
    const requirements = fromLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['back'] },
        { key: 'x', operator: 'DoesNotExist' },
      ],
    });
    expect(requirements && labelsMatch(requirements, LABELS)).toBe(true);
    expect(requirements && labelsMatch(requirements, { ...LABELS, x: '' })).toBe(false);
    expect(fromLabelSelector({ matchLabels: { app: 1 } })).toBeNull();
    expect(fromLabelSelector(undefined)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { chooseWithMargin } from './chooseWithMargin';

describe('a choice with a margin', () => {
  it('acts where an action is that many logits above doing nothing', () => {
    const likely = [0.2, 0.1, 0.6, 0.1];
    // ln 3 = 1.0986.
    expect(chooseWithMargin(likely, 0)).toBe(2);
    expect(chooseWithMargin(likely, 1.09)).toBe(2);
    expect(chooseWithMargin(likely, 1.1)).toBe(0);
    expect(chooseWithMargin([0.4, 0.2, 0.2, 0.2], 0)).toBe(0);
  });
});

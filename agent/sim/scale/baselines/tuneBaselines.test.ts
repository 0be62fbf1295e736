import { describe, expect, it } from 'vitest';
import { TUNED_PRICES, tuneBaselines } from './tuneBaselines';

describe('the tuned settings', () => {
  it('are not much worse than those of a small search elsewhere, on episodes of neither', {
    timeout: 60_000,
  }, () => {
    const tuned = tuneBaselines({ seed: 3_000_000, episodes: 8, judgeEpisodes: 120 });
    for (const tunings of Object.values(tuned)) {
      expect(tunings.map(({ violationPrice }) => violationPrice)).toEqual(TUNED_PRICES);
      for (const { score, shippedScore } of tunings) expect(shippedScore / score).toBeLessThan(1.03);
    }
  });
});

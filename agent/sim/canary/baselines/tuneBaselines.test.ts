import { describe, expect, it } from 'vitest';
import { ARGO_DEFAULT } from './argo';
import { FLAGGER_DEFAULT } from './flagger';
import { tuneArgo, tuneFlagger } from './tuneBaselines';
import { TUNED_ARGO, TUNED_FLAGGER } from './tuned';

const TINY = { seed: 1, episodes: 4, finalEpisodes: 4, draws: 3, changes: 2 };
/** Of other releases than those by which they were found. */
const JUDGED = { ...TINY, seed: 7_000_000, episodes: 0, finalEpisodes: 400, draws: 1, changes: 0 };

describe('the tuning of rules', () => {
  it('looks through settings of each, and tells how good the found ones are', () => {
    for (const found of [tuneFlagger(TINY, FLAGGER_DEFAULT), tuneArgo(TINY, ARGO_DEFAULT)]) {
      expect(found.tried).toBeLessThanOrEqual(5);
      for (const value of [found.judged, found.usual]) expect(value).toBeLessThan(0);
    }
    expect(tuneFlagger(TINY, FLAGGER_DEFAULT)).toEqual(tuneFlagger(TINY, FLAGGER_DEFAULT));
  });

  it('has found settings that are no worse than the usual ones on other releases', () => {
    const score = (options: { usual: number }) => options.usual;
    expect(score(tuneFlagger(JUDGED, TUNED_FLAGGER))).toBeGreaterThan(
      score(tuneFlagger(JUDGED, FLAGGER_DEFAULT)) - 0.1,
    );
    expect(score(tuneArgo(JUDGED, TUNED_ARGO))).toBeGreaterThan(score(tuneArgo(JUDGED, ARGO_DEFAULT)));
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exampleEvidence, exampleIdleRelease, exampleRelease } from '../../test/support/protocolExamples';
import { formatRelease, formatReleases } from './canaryText';

const plain = (text: string) => stripVTControlCharacters(text);

describe('a release in a terminal', () => {
  it('is told from what it is to what can be done', () => {
    expect(plain(formatRelease(exampleRelease()))).toMatchInlineSnapshot(`
      "Name:      shop/checkout (Deployment, coxswain)
      Router:    Gateway API HTTPRoute checkout
      Phase:     progressing: holds at 10 %: the evidence does not carry more yet
      Weight:    ▰▱▱▱▱▱▱▱▱▱ 10 % on the canary
      Stable:    shop/checkout:1.4 (3/3 pods ready, checkout)
      Canary:    shop/checkout:1.5 (1/1 pods ready, checkout-canary)
      Steering:  own, pace by evidence-steps 1
      Evidence:  undecided by the fast tests: half the way to a promotion, nothing speaks for harm

      Steps:
        ✓ set weight 5 %
        ▶ set weight 10 %
        ○ set weight 25 %

      Analyses:
        ◌ checkout-6c9-2 (background) Running
            ◌ error-rate Running: 2 good, 0 bad, 0 inconclusive, 0 errors, last 0.007
              result[0] < 0.05
              sum(rate(http_requests_total{pod=~"checkout-canary-.*",code=~"5.."}[1m]))

      Possible now:
        pause, promote, promote --full, abort, rollback, skip-analysis"
    `);
  });

  it('says what the canary is compared with where that is not stable', () => {
    const baseline = {
      ...{ images: ['shop/checkout:1.4'], revision: 'checkout-baseline', pods: ['checkout-baseline-a'] },
      ...{ readyPods: 1, wantedPods: 1, weight: 10 },
    };
    const evidence = exampleEvidence({ comparedWith: 'baseline' });
    const text = formatRelease(exampleRelease({ baseline, evidence }));
    expect(text).toMatch(
      /Baseline: +shop\/checkout:1.4 \(1\/1 pods ready, checkout-baseline\), 10 % of the traffic; the canary is compared with it/,
    );
    expect(text).toContain('undecided by the fast tests against a baseline of the same age:');
  });

  it('leaves out what there is not', () => {
    const text = plain(formatRelease(exampleIdleRelease({ stable: null, weight: null })));
    expect(text).not.toMatch(/Evidence|Steps|Analyses|Problem/);
    expect(text).toMatch(/Weight: +-/);
    expect(text).toMatch(/Canary: +-/);
  });

  it('is a row in the list, and an empty list says how to begin', () => {
    const [head, row] = formatReleases([exampleRelease({ problem: 'no metrics' })]).split('\n');
    expect(head).toMatch(/^RELEASE +OPERATOR +ROUTER +PHASE +WEIGHT +STEERING +STATUS$/);
    expect(row).toMatch(
      /^shop\/checkout +coxswain +Gateway API HTTPRoute checkout +progressing +10 % +own +no metrics$/,
    );
    expect(formatReleases([])).toMatch(/coxswain canary init/);
  });
});

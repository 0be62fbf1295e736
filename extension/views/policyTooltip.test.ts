import { expect, it } from 'vitest';
import { exampleModel } from '../../test/support/protocolExamples';
import { policyTooltip } from './policyTooltip';

it('tells where a version comes from and how each baseline did', () => {
  const text = policyTooltip(exampleModel({ parent: 'heal/7', state: 'active' }), 'runbook 1 steers');
  expect(text.replaceAll('\\', '').split('\n')).toEqual([
    '**heal/1** · active',
    '',
    'Promoted, but runbook 1 steers.',
    '',
    '|  |  |',
    '| --- | --- |',
    '| Learned by | ppo, 200,000 steps, seed 1 |',
    '| Observes | heal/9 |',
    '| Code | Coxswain 0.1.0 |',
    '| Created | 1970-01-01T00:16:40.000Z |',
    '| Fine-tuned from | heal/7 |',
    '',
    'Mean return of 100 held-out episodes, with its 95 % interval: not told apart from runbook −13',
    '',
    '|  |  |',
    '| --- | --- |',
    '| **this policy** | −12.4 [−13.1…−11.7] |',
    '| runbook | −13 [−13.6…−12.3] |',
  ]);
});

it('says that a version was never compared, and what is wrong with a damaged one', () => {
  expect(policyTooltip(exampleModel({ evaluation: null }), null)).toContain('Not compared');
  const damaged = policyTooltip(exampleModel({ state: 'damaged', problem: 'cut off' }), null);
  expect(damaged).toBe('**heal\\/1** · damaged\n\ncut off');
});

it('lets nothing in a file become a link or another cell', () => {
  const text = policyTooltip(
    exampleModel({ algorithm: '[x](command:evil) | https://evil.example\n# big' }),
    null,
  );
  expect(text).toContain('| \\[x\\]\\(command\\:evil\\) \\| https\\:\\/\\/evil\\.example \\# big\\, 200');
});

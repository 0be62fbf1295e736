import { expect, it, vi } from 'vitest';
import type { Training } from '../../agent/protocol';
import { exampleModel, exampleTraining } from '../../test/support/protocolExamples';
import { endText } from './trainingEnd';

vi.mock('vscode', () => ({}));

const ended = (state: Training['state']): Training => ({ ...exampleTraining({ state }), points: [] });

it('says what was learned, and how good it is beside the best baseline', () => {
  const training = ended({ kind: 'finished', version: 1, text: 'stored as heal/1: best policy at 9 steps' });
  expect(endText(training, exampleModel())).toBe(
    'Stored as heal/1: best policy at 9 steps. Score −12.4 [−13.1…−11.7] over 100 held-out episodes, not told apart from runbook −13.',
  );
  expect(endText(training, null)).toBe('Stored as heal/1: best policy at 9 steps.');
});

it('says what is left of a cancelled one', () => {
  expect(endText(ended({ kind: 'cancelled', version: 4, text: '' }), null)).toMatch(/kept as heal\/4, not/);
  expect(endText(ended({ kind: 'cancelled', version: null, text: '' }), null)).toBe(
    'The training for heal was cancelled before there was a policy to keep.',
  );
});

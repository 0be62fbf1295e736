import { expect, it } from 'vitest';
import { restoreUiState } from './uiState';

const DEFAULTS = {
  workloadId: null,
  windowMinutes: 5,
  activityGroup: 'all',
  activityText: '',
  pane: null,
  trainingId: null,
};

it('starts with the defaults where nothing, or nothing sensible, was stored', () => {
  for (const stored of [undefined, null, 7, {}]) expect(restoreUiState(stored)).toEqual(DEFAULTS);
});

it('keeps what is valid and replaces what is not', () => {
  const stored = {
    workloadId: 'shop/Deployment/cart',
    windowMinutes: 15,
    activityGroup: 'gone',
    activityText: 3,
  };
  expect(restoreUiState(stored)).toEqual({
    ...DEFAULTS,
    workloadId: 'shop/Deployment/cart',
    windowMinutes: 15,
  });
});

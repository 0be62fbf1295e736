import { expect, it } from 'vitest';
import { restoreUiState } from './uiState';

const DEFAULTS = {
  workloadId: null,
  windowMinutes: 5,
  scalingMinutes: 60,
  activityGroup: 'all',
  activityText: '',
  pane: null,
  trainingId: null,
  releaseId: null,
  calibrationId: null,
  frontierAxis: 'pods',
  armName: null,
  runId: null,
  selectedId: null,
  decision: null,
  recoveryHours: 24,
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
    decision: { seq: 7 },
    recoveryHours: 5,
  };
  expect(restoreUiState(stored)).toEqual({
    ...DEFAULTS,
    workloadId: 'shop/Deployment/cart',
    windowMinutes: 15,
    decision: { seq: 7 },
  });
});

import { expect, it } from 'vitest';
import { aLearnedScale } from '../../../../test/support/learnedScale';
import { OBSERVATION_SPECS } from '../../../sim/scale/observation';
import { predictScale } from './predictScale';

const STATE = OBSERVATION_SPECS['scale/36'].fields.map(() => 0);

it('is as sure as of its direction, and names the other changes', () => {
  const answer = predictScale(STATE, aLearnedScale({ 1: 0.3, 2: 0.4, [-1]: 0.1 }), 'predictive 1');
  expect(answer).toMatchObject({
    ...{ action: 4, label: '+2', policy: 'learned scale/3', observationSpec: 'scale/36' },
    outOfDistribution: 0.2,
  });
  expect(answer.confidence).toBeCloseTo(0.7, 9);
  expect(answer.alternatives.slice(0, 2)).toMatchObject([
    { label: '+1', confidence: 0.3 },
    { label: '0', confidence: expect.closeTo(0.2, 9) },
  ]);
});

it('keeps the pods where the direction is not above that by the margin of the policy', () => {
  const policy = aLearnedScale({ 1: 0.6 }, { idleMargin: 1 });
  const answer = predictScale(STATE, policy, 'predictive 1');
  expect(answer).toMatchObject({ action: 2, label: '0', confidence: 0.4 });
  expect(answer.alternatives[0]).toEqual({ action: 3, label: '+1', confidence: 0.6 });
});

it('says what steers where no policy does', () => {
  expect(() => predictScale(STATE, null, 'predictive 1')).toThrow(/predictive 1 steers scaling/);
});

it.each([
  ['too few numbers', [1, 2], /2 numbers, and scale\/36 has 36/],
  ['a number beyond its range', STATE.with(10, 7), /queue \(number 11, .+\) is 7, not within 0…3/],
])('names what is wrong: %s', (_, state, message) => {
  expect(() => predictScale(state, aLearnedScale(), 'predictive 1')).toThrow(message);
});

import { describe, expect, it } from 'vitest';
import { TransitionRecorder } from './transitionRecorder';

describe('the steps that looks make', () => {
  it('last five seconds, with the mean of their rewards', () => {
    const recorder = new TransitionRecorder('heal/54', 'shop/checkout');
    expect(recorder.look([0], -9, 0)).toBeNull();
    expect(recorder.look([1], -1, 1000)).toBeNull();
    expect(recorder.look([2], -2, 4000)).toBeNull();
    expect(recorder.look([3], -3, 5200)).toEqual({
      spec: 'heal/54',
      state: [0],
      action: 0,
      reward: -2,
      nextState: [3],
      terminated: false,
      source: 'shop/checkout',
      atMs: 5200,
    });
    expect(recorder.look([4], -5, 10_200)).toMatchObject({ state: [3], nextState: [4], reward: -5 });
  });

  it('carry the action that was taken in them', () => {
    const recorder = new TransitionRecorder('heal/54', 'x');
    recorder.look([0], 0, 0);
    recorder.acted(2);
    expect(recorder.look([1], -1, 5000)).toMatchObject({ state: [0], action: 2 });
    expect(recorder.look([2], -1, 10_000)).toMatchObject({ action: 0 });
  });

  it('do not bridge a time in which nobody looked', () => {
    const recorder = new TransitionRecorder('heal/54', 'x');
    recorder.look([0], 0, 0);
    expect(recorder.look([1], -1, 60_000)).toBeNull();
    expect(recorder.look([2], -1, 65_000)).toMatchObject({ state: [1], nextState: [2] });
  });
});

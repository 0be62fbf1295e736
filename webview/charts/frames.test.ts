import { expect, it } from 'vitest';
import { applyChange } from '../../agent/protocol';
import { CHECKOUT, SNAPSHOT, sample, workload } from '../model/testData';
import { FrameMaker } from './frames';

const STATE = workload();
const UI = { windowMinutes: 5, selectedId: null } as const;
const START = { ...SNAPSHOT, workloads: [STATE], samples: { [CHECKOUT]: [sample(1000)] } };

it('gives the same frame for deltas about other workloads', () => {
  const frames = new FrameMaker(
    () => 5000,
    () => {},
  );
  const first = frames.make(START, STATE, UI, 0);
  const other = applyChange(START, { kind: 'sample', sample: { ...sample(2000), workloadId: 'other' } });
  expect(frames.make(other, STATE, UI, 0)).toBe(first);
});

it('gives a new frame with new columns for a new sample', () => {
  const frames = new FrameMaker(
    () => 5000,
    () => {},
  );
  const first = frames.make(START, STATE, UI, 0);
  const next = frames.make(applyChange(START, { kind: 'sample', sample: sample(2000) }), STATE, UI, 0);
  expect(next.columns.atMs).toEqual([1000, 2000]);
  expect(next.columns).not.toBe(first.columns);
});

it('moves the time on with each tick and leaves the columns as they are', () => {
  let nowMs = 5000;
  const frames = new FrameMaker(
    () => nowMs,
    () => {},
  );
  const first = frames.make(START, STATE, UI, 0);
  nowMs = 6000;
  const next = frames.make(START, STATE, UI, 1);
  expect([first.xRange, next.xRange]).toEqual([
    [-295_000, 5000],
    [-294_000, 6000],
  ]);
  expect(next.columns).toBe(first.columns);
});

it('gives a new frame for another choice', () => {
  const frames = new FrameMaker(
    () => 5000,
    () => {},
  );
  const first = frames.make(START, STATE, UI, 0);
  const next = frames.make(START, STATE, { ...UI, selectedId: 'fault/f1' }, 0);
  expect(next.selectedId).toBe('fault/f1');
  expect(next.marks).toBe(first.marks);
});

import { expect, it } from 'vitest';
import type { Algorithm, TaskName, Training } from '../../agent/protocol';
import { TASK_PRESETS } from '../../agent/training/taskPresets';
import { exampleTraining } from '../../test/support/protocolExamples';
import { budgets, durationText, parseSteps, USUAL_STEPS } from './trainingChoices';

it('the recommended budgets are those of the presets', () => {
  const presets = Object.entries(TASK_PRESETS).flatMap(([task, { algorithms }]) =>
    Object.entries(algorithms).map(([algorithm, { steps }]) => [task, algorithm, steps]),
  );
  expect(presets.length).toBeGreaterThan(5);
  const ours = presets.map(([task, algorithm]) => [
    task,
    algorithm,
    USUAL_STEPS[task as TaskName][algorithm as Algorithm],
  ]);
  expect(ours).toEqual(presets);
});

it('a budget says how long it takes, by what this machine has shown where it has', () => {
  const texts = (trainings: Training[]) =>
    budgets('heal', 'ppo', trainings).map(({ label, description }) => [label, description]);
  expect(texts([])).toEqual([
    ['5,000,000 steps', 'about 3 minutes'],
    ['50,000 steps', 'a few seconds'],
    ['20,000,000 steps', 'about 13 minutes'],
  ]);
  const slow = { ...exampleTraining({ stepsPerSecond: 500 }), points: [] };
  const other = { ...exampleTraining({ algorithm: 'dqn', stepsPerSecond: 1 }), points: [] };
  expect(texts([slow, other]).map(([, description]) => description)).toEqual([
    'about 3 hours',
    'about 2 minutes',
    'about 11 hours',
  ]);
});

it('durations are in words, and no more exact than they can be', () => {
  const cases: [number, string][] = [
    [3, 'a few seconds'],
    [30, 'half a minute'],
    [60, 'about a minute'],
    [100, 'about 2 minutes'],
    [5300, 'about 88 minutes'],
    [7200, 'about 2 hours'],
  ];
  expect(cases.map(([seconds]) => durationText(seconds))).toEqual(cases.map(([, text]) => text));
});

it('steps can be typed with thousands apart, and only within what the agent takes', () => {
  expect([parseSteps('200,000'), parseSteps(' 1_000 '), parseSteps('50 000')]).toEqual([
    { steps: 200_000 },
    { steps: 1000 },
    { steps: 50_000 },
  ]);
  for (const wrong of ['', '999', '1e6', '-5000', '2.5', '1000000001', 'many']) {
    expect(parseSteps(wrong), wrong).toEqual({ problem: 'A whole number from 1,000 to 1,000,000,000.' });
  }
});

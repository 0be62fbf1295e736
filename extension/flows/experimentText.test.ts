import { describe, expect, it } from 'vitest';
import { adapted, freeName, isExperiment, nameOf, namesTarget, titleOf } from './experimentText';

const TEXT = `# A killed pod is replaced.
name: kill-one   # unique
title: "Kill a pod: one of many"
target:
  namespace: shop
  deployment: checkout
fault:
  # what is done
  kind: pod-kill
  gracePeriodSeconds: 0
steadyState:
  probes:
    - { name: ready, kubernetes: readyShare, atLeast: 1 }
`;

describe('the lines of an experiment', () => {
  it('say name, title and target', () => {
    expect(nameOf(TEXT)).toBe('kill-one');
    expect(titleOf(TEXT)).toBe('Kill a pod: one of many');
    expect(titleOf('name: x\n')).toBe('x');
    expect(namesTarget(TEXT)).toBe(true);
  });

  it('say no target where it is nested, commented out or not there', () => {
    for (const text of ['name: x\n', '# target:\nname: x\n', 'a:\n  target: y\n']) {
      expect(namesTarget(text)).toBe(false);
    }
  });

  it.each([
    [TEXT, true],
    ['name: rough-day\nworkflow:\n  - wait: 30s\n', true],
    ['apiVersion: chaos-mesh.org/v1alpha1\nkind: PodChaos\nmetadata:\n  name: kill\n', false],
    ['name: mode\nother: 1\n', false],
  ])('say whether it is one of ours: %#', (text, expected) => {
    expect(isExperiment(text)).toBe(expected);
  });
});

describe('an experiment that another one is made from', () => {
  const ref = { kind: 'Deployment', namespace: 'shop', name: 'cart' } as const;

  it('gets another name, and a target where it has none', () => {
    expect(adapted('# One.\nname: kill\nfault:\n  kind: pod-kill\n', 'kill-2', ref)).toBe(
      '# One.\nname: kill-2\ntarget:\n  namespace: shop\n  deployment: cart\nfault:\n  kind: pod-kill\n',
    );
  });

  it('keeps the target that it has, and needs none', () => {
    expect(adapted(TEXT, 'kill-two', ref)).toBe(TEXT.replace('kill-one   # unique', 'kill-two'));
    expect(adapted('name: a\nfault:\n', 'b', null)).toBe('name: b\nfault:\n');
  });
});

it('a new one takes the first name that is free', () => {
  expect(freeName('pod-kill', [])).toBe('pod-kill');
  expect(freeName('pod-kill', ['pod-kill', 'pod-kill-2'])).toBe('pod-kill-3');
});

import { describe, expect, it } from 'vitest';
import { aNode, aPod, aWorkload } from '../../../test/support/builders';
import { DEFAULT_CONFIG } from '../../config/schema';
import { faultShape } from '../../safety/rules/faultShape';
import { defaultFault } from '../experiment/faultSpec';
import { WorkflowStep } from '../experiment/workflow';
import type { FaultPlan, FaultTarget } from './provider';
import { PROVIDERS, providerNamed } from './providers';

const workload = aWorkload([aPod('a'), aPod('b')]);
const config = {
  ...DEFAULT_CONFIG,
  namespaces: ['shop'],
  chaos: { ...DEFAULT_CONFIG.chaos, allowNodes: true },
};

function objections(plan: FaultPlan): string[] {
  return plan.changes.flatMap(
    (change) =>
      faultShape.judge({ config, change, ref: workload.ref, workload, strangers: [], plan })?.reason ?? [],
  );
}

describe.each(['run-1', null])('the guard, of a fault of run %s', (runId) => {
  const target: FaultTarget = {
    workload,
    nodes: new Map([['node-1', aNode('node-1')]]),
    name: 'coxswain-x',
    runId,
    nowMs: 0,
    random: () => 0,
  };
  const cases = PROVIDERS.flatMap((provider) =>
    provider.kinds.map((kind) => ({ provider, kind, name: provider.name })),
  );

  it.each(cases)('knows $kind as $name writes it', ({ provider, kind }) => {
    const fault = defaultFault(kind);
    const plan = provider.inject({ ...target, fault, mode: 'one', value: null, durationMs: 1000 });
    expect(objections(plan)).toEqual([]);
  });

  it('knows a workflow', () => {
    const steps = [WorkflowStep.parse({ fault: { kind: 'network-loss', direction: 'both' } })];
    const plan = providerNamed('chaos-mesh').injectWorkflow({ ...target, steps, durationMs: 1000 });
    expect(objections(plan)).toEqual([]);
  });
});

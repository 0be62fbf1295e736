import * as z from 'zod';
import { durationBetween } from '../../config/duration';
import { ChaosProviderName, type FaultKind } from '../../protocol';
import { FaultSpec } from './faultSpec';
import { Probe } from './probe';
import { ExperimentSchedule } from './schedule';
import { SelectorMode, selectorValue, valueProblem } from './selectorMode';
import { groupsOf, WorkflowStep, workflowDurationMs } from './workflow';

const duration = (text: string, min: string, max: string, description: string) =>
  durationBetween(min, max).prefault(text).describe(`${description} ${min}…${max}, default \`${text}\`.`);

/**
 * An experiment file: what is done to a workload, what should be seen of it, and what has to hold all the same. It
 * says nothing of the tool that does it, so that it can be carried out by any provider that has the kind.
 */
export const Experiment = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/, 'expected lower-case letters, digits and dashes')
      .describe('Unique among your experiments; part of the names of the objects that it creates.'),
    title: z.string().optional().describe('For people; the name where absent.'),
    description: z.string().default('').describe('What it is meant to show.'),
    target: z
      .strictObject({
        namespace: z.string().min(1).describe('Namespace of the target.'),
        deployment: z.string().min(1).describe('Name of the Deployment.'),
      })
      .optional()
      .describe('The workload that is hit; asked for where absent.'),
    provider: ChaosProviderName.or(z.literal('auto'))
      .optional()
      .describe('Who carries it out; `chaos.provider` of coxswain.yaml where absent.'),
    fault: FaultSpec.optional().describe('What is done; either this or `workflow`.'),
    workflow: z
      .array(WorkflowStep)
      .min(1)
      .max(50)
      .optional()
      .describe('Several faults, step by step; either this or `fault`. Only Chaos Mesh can carry it out.'),
    mode: SelectorMode.default('one').describe('Which of the pods are hit. Default `one`.'),
    value: selectorValue,
    duration: duration('2m', '1s', '1h', 'How long the fault lasts.'),
    schedule: ExperimentSchedule.optional().describe(
      'How Chaos Mesh repeats it when it is handed over with `coxswain chaos render`; the runs of Coxswain pay no heed to it.',
    ),
    steadyState: z
      .strictObject({
        probes: z.array(Probe).default([]).describe('What holds while all is well.'),
        settle: duration('0s', '0s', '1h', 'How long the probes have to hold before the fault.'),
        recoverWithin: duration('2m', '1s', '1h', 'How soon after the end of the fault they hold again.'),
      })
      .prefault({})
      .describe('The hypothesis: it holds before the fault, and again soon after it.'),
    abortWhen: z.array(Probe).default([]).describe('The fault is ended at once when one of these holds.'),
    effect: z
      .array(Probe)
      .default([])
      .describe('What has to be seen while the fault lasts; what is usual for its kind where absent.'),
  })
  .superRefine(({ fault, workflow, mode, value, steadyState: { probes } }, context) => {
    for (const [index, { name }] of probes.entries()) {
      if (probes.findIndex((each) => each.name === name) === index) continue;
      const message = `another probe is called ${name} already`;
      context.addIssue({ code: 'custom', path: ['steadyState', 'probes', index, 'name'], message });
    }
    if ((fault === undefined) === (workflow === undefined)) {
      context.addIssue({ code: 'custom', message: 'expected exactly one of fault and workflow' });
    }
    const problem = fault === undefined ? null : valueProblem(fault.kind, mode, value);
    if (problem !== null) context.addIssue({ code: 'custom', ...problem });
    if (fault === undefined && (mode !== 'one' || value !== undefined)) {
      const message = 'the steps of a workflow have modes of their own';
      context.addIssue({ code: 'custom', path: ['mode'], message });
    }
  });
/** Durations in milliseconds. */
export type Experiment = z.output<typeof Experiment>;

/** What an experiment does first, which stands for a whole workflow. */
export function experimentKind({ fault, workflow }: Experiment): FaultKind | null {
  const first = groupsOf(workflow ?? [])
    .flat()
    .find((action) => action.fault !== undefined);
  return fault?.kind ?? first?.fault?.kind ?? null;
}

/** From the injection to the end of the last fault, in milliseconds. */
export function experimentDurationMs({ workflow, duration }: Experiment): number {
  return workflow === undefined ? duration : workflowDurationMs(workflow, duration);
}

import * as z from 'zod';
import { durationBetween } from '../../config/duration';
import { FaultSpec } from './faultSpec';
import { SelectorMode, selectorValue, valueProblem } from './selectorMode';

/** What a step may do by itself. */
const action = {
  fault: FaultSpec.optional().describe('What is done in this step.'),
  mode: SelectorMode.default('one').describe('Which of the pods are hit. Default `one`.'),
  value: selectorValue,
  duration: durationBetween('1s', '1h')
    .optional()
    .describe('How long the fault of this step lasts, 1s…1h; `duration` of the experiment where absent.'),
  wait: durationBetween('1s', '1h').optional().describe('Nothing is done for so long, 1s…1h.'),
};

type Action = z.output<z.ZodObject<typeof action>>;

/** One thing that a step does. Durations in milliseconds. */
export const WorkflowAction = z.strictObject(action).superRefine(checkAction);
export type WorkflowAction = z.output<typeof WorkflowAction>;

/** One step of a workflow, which begins when the one before it is over. Durations in milliseconds. */
export const WorkflowStep = z
  .strictObject({
    ...action,
    parallel: z
      .array(WorkflowAction)
      .min(1)
      .max(20)
      .optional()
      .describe('Several at the same time; the step is over when the last one is.'),
  })
  .superRefine((step, context) => {
    if (step.parallel === undefined) checkAction(step, context);
    else if (step.fault !== undefined || step.wait !== undefined) {
      context.addIssue({ code: 'custom', message: 'expected exactly one of fault, wait and parallel' });
    }
  });
export type WorkflowStep = z.output<typeof WorkflowStep>;

function checkAction({ fault, wait, mode, value }: Action, context: z.RefinementCtx): void {
  if ((fault === undefined) === (wait === undefined)) {
    context.addIssue({ code: 'custom', message: 'expected exactly one of fault and wait' });
  }
  const problem = fault === undefined ? null : valueProblem(fault.kind, mode, value);
  if (problem !== null) context.addIssue({ code: 'custom', ...problem });
}

/** The steps as what is done at the same time, one group after the other. */
export function groupsOf(steps: readonly WorkflowStep[]): readonly (readonly WorkflowAction[])[] {
  return steps.map(({ parallel, ...own }) => parallel ?? [own]);
}

/** Until the last step is over, in milliseconds; `durationMs` is that of steps that name none. */
export function workflowDurationMs(steps: readonly WorkflowStep[], durationMs: number): number {
  const lengths = groupsOf(steps).map((group) =>
    Math.max(...group.map(({ wait, duration }) => wait ?? duration ?? durationMs)),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

import { groupsOf, type WorkflowAction, type WorkflowStep, workflowDurationMs } from '../experiment/workflow';
import { goDuration, type Json } from './chaosMeshObjects';

const ENTRY = 'entry';

/** Chaos Mesh gives the whole so much longer than its steps take, to begin and to end them. */
const SLACK_MS = 60_000;

interface Template {
  type: string;
  key: string;
  spec: Json;
}

/**
 * The steps as a Chaos Mesh Workflow: one Serial of all, with a Parallel for each step that does several things. The
 * time of a fault is the deadline of its template; a duration in it would be refused.
 */
export function workflowSpec(
  steps: readonly WorkflowStep[],
  durationMs: number,
  objectFor: (action: WorkflowAction) => Template,
): Json {
  const children: string[] = [];
  const templates: Json[] = [];
  for (const [index, group] of groupsOf(steps).entries()) {
    const name = `step-${index + 1}`;
    children.push(name);
    const names = group.map((_, part) => (group.length === 1 ? name : `${name}-${part + 1}`));
    if (group.length > 1) {
      const deadline = goDuration(
        workflowDurationMs([{ mode: 'one', parallel: [...group] }], durationMs) + SLACK_MS,
      );
      templates.push({ name, templateType: 'Parallel', deadline, children: names });
    }
    for (const [part, action] of group.entries()) {
      templates.push(templateOf(names[part] ?? name, action, durationMs, objectFor));
    }
  }
  const deadline = goDuration(workflowDurationMs(steps, durationMs) + SLACK_MS);
  return {
    entry: ENTRY,
    templates: [{ name: ENTRY, templateType: 'Serial', deadline, children }, ...templates],
  };
}

function templateOf(
  name: string,
  action: WorkflowAction,
  durationMs: number,
  objectFor: (action: WorkflowAction) => Template,
): Json {
  if (action.wait !== undefined) {
    return { name, templateType: 'Suspend', deadline: goDuration(action.wait) };
  }
  const { type, key, spec } = objectFor(action);
  const deadline = goDuration(action.duration ?? durationMs);
  return { name, templateType: type, deadline, [key]: withoutDuration(spec) };
}

function withoutDuration(spec: Json): Json {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return spec;
  const { duration: _, ...rest } = spec;
  return rest;
}

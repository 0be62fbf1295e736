import * as z from 'zod';
import type { KubeObject, NewObject } from '../../objectStore';
import { rfc3339 } from '../../store/timestamp';
import { controlledBy } from '../kinds';
import { parseGoDurationMs } from './durations';

export const CONTROLLED_BY_LABEL = 'chaos-mesh.org/controlled-by';
export const WORKFLOW_LABEL = 'chaos-mesh.org/workflow';

const Template = z.looseObject({
  name: z.string(),
  templateType: z.string(),
  deadline: z.string().optional(),
  children: z.array(z.string()).optional(),
});
const WorkflowSpec = z.object({ entry: z.string(), templates: z.array(Template) });

/** The template that a workflow begins with. Throws ZodError. */
export function entryOf({ spec }: KubeObject): string {
  return WorkflowSpec.parse(spec).entry;
}

const NodeSpec = z.looseObject({
  templateName: z.string(),
  workflowName: z.string(),
  type: z.string(),
  deadline: z.string().optional(),
  children: z.array(z.string()).default([]),
});
export type NodeSpec = z.infer<typeof NodeSpec>;

export function nodeSpec({ spec }: KubeObject): NodeSpec {
  return NodeSpec.parse(spec);
}

/**
 * The node for a template of a workflow, owned by the node above it or by the workflow itself. Its deadline counts
 * from now. Throws RangeError where there is no such template.
 */
export function renderNode(
  workflow: KubeObject,
  parent: KubeObject,
  templateName: string,
  nowMs: number,
): NewObject {
  const template = WorkflowSpec.parse(workflow.spec).templates.find(({ name }) => name === templateName);
  const { name: workflowName, namespace = '' } = workflow.metadata;
  if (!template) {
    throw new RangeError(`workflow ${workflowName} do not contains template called ${templateName}`);
  }
  const { name, templateType, deadline, ...rest } = template;
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'WorkflowNode',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { [CONTROLLED_BY_LABEL]: parent.metadata.name, [WORKFLOW_LABEL]: workflowName },
      ownerReferences: [controlledBy(parent)],
    },
    spec: {
      ...rest,
      templateName: name,
      workflowName,
      type: templateType,
      startTime: rfc3339(nowMs),
      ...(deadline !== undefined && { deadline: rfc3339(nowMs + parseGoDurationMs(deadline)) }),
    },
  };
}

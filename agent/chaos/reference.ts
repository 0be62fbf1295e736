import type { SchemaNode } from '../config/jsonSchema';
import { schemaTable } from '../config/reference';
import { FAULT_TITLES, FaultKind } from '../protocol';
import { experimentJsonSchema } from './experiment/jsonSchema';
import { PROVIDERS } from './providers/providers';

/** The keys of an experiment file as a Markdown table. What a probe has, and a step, is told once. */
export function experimentKeys(): string {
  const { properties = {}, ...schema } = experimentJsonSchema();
  const { abortWhen = {}, effect = {}, workflow = {}, ...others } = properties;
  return schemaTable({
    ...schema,
    properties: {
      ...others,
      workflow: { ...workflow, items: withoutItems(workflow.items ?? {}) },
      abortWhen: asProbes(abortWhen),
      effect: asProbes(effect),
    },
  }).join('\n');
}

/** Each kind with its parameters, and who can carry it out, as a Markdown table. */
export function faultKinds(): string {
  const variants = experimentJsonSchema().properties?.fault?.oneOf ?? [];
  const rows = FaultKind.options.map((kind) => {
    const { properties = {} } = variants.find((each) => each.properties?.kind?.const === kind) ?? {};
    const parameters = Object.entries(properties).filter(([name]) => name !== 'kind');
    const texts = parameters.map(([name, node]) => `\`${name}\`: ${node.description ?? ''}`);
    const providers = PROVIDERS.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => `\`${name}\``);
    return `| \`${kind}\` | ${FAULT_TITLES[kind]} | ${providers.join(', ')} | ${texts.join('<br>')} |`;
  });
  return ['| kind | what | providers | parameters |', '|---|---|---|---|', ...rows].join('\n');
}

function asProbes(node: SchemaNode): SchemaNode {
  const description = `${node.description ?? ''} Keys as of \`steadyState.probes\`.`;
  return { ...node, description, items: { type: 'section' } };
}

function withoutItems({ properties = {}, ...step }: SchemaNode): SchemaNode {
  const { parallel = {} } = properties;
  const description = `${parallel.description ?? ''} Keys as of a step.`;
  return {
    ...step,
    properties: { ...properties, parallel: { ...parallel, description, items: { type: 'section' } } },
  };
}

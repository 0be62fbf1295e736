import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { createProgram } from '../../agent/cli/program';
import { parseConfig } from '../../agent/config/parse';
import { applySchema, type Schema } from '../../agent/embedded/api/schema';
import { isLoopback } from '../../agent/rest/hosts';

const ROOT = join(import.meta.dirname, '../..');
const SCHEMAS = join(ROOT, '../shared/schemas/kubernetes-1.35');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const KubeObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
      spec: z.object({
        containers: z.tuple([
          z.object({
            args: z.array(z.string()).default([]),
            ports: z.array(z.object({ containerPort: z.number() })),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

const FILES = ['manifests/agent/deployment.yaml', 'manifests/agent/serve.yaml'];

/** With the whole numbers that Kubernetes reads where YAML 1.1 has octal ones. */
function objectsOf(path: string) {
  return parseAllDocuments(read(path), { version: '1.1' }).map((document) =>
    KubeObject.parse(document.toJS()),
  );
}

function deploymentOf(path: string): z.infer<typeof Deployment> {
  const found = objectsOf(path).find(({ kind }) => kind === 'Deployment');
  return Deployment.parse(found);
}

describe('the manifests of the agent', () => {
  it.each(FILES)('select their own pods and mount what they have in %s', (path) => {
    const { selector, template } = deploymentOf(path).spec;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    const [container] = template.spec.containers;
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(
      template.spec.volumes.map(({ name }) => name).sort(),
    );
    const service = objectsOf(path).find(({ kind }) => kind === 'Service');
    expect(service?.spec).toMatchObject({ selector: selector.matchLabels });
  });

  it('configure an agent that starts, with a service that is found where it says', () => {
    const path = 'manifests/agent/deployment.yaml';
    const map = objectsOf(path).find(({ kind }) => kind === 'ConfigMap');
    const { data } = z.object({ data: z.object({ 'coxswain.yaml': z.string() }) }).parse(map);
    const config = parseConfig(data['coxswain.yaml'], path);
    const { template } = deploymentOf(path).spec;
    const [container] = template.spec.containers;
    const { rest } = config.server;
    expect(config.mode).toBe('observe');
    expect(rest).toMatchObject({ enabled: true, host: '0.0.0.0' });
    expect(container.ports.map(({ containerPort }) => containerPort)).toEqual([rest.port]);
    expect(template.metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(rest.port),
      'prometheus.io/path': '/metrics',
    });
    expect(rest.tokenFile).toBe(`${mountOf(container, 'token')}/token`);
  });

  it('serve a policy with options that there are', async () => {
    const [container] = deploymentOf('manifests/agent/serve.yaml').spec.template.spec.containers;
    const program = createProgram({ version: '0.0.0', assetsDirectory: '' });
    const serve = program.commands.find((command) => command.name() === container.args[0]);
    serve?.action(() => undefined);
    await program.parseAsync(container.args, { from: 'user' });
    const options = serve?.opts() ?? {};
    expect(options.port).toBe(container.ports[0]?.containerPort);
    expect(isLoopback(options.host)).toBe(false);
    expect(options.model).toBe(`${mountOf(container, 'policy')}/heal.onnx`);
    expect(options.tokenFile).toBe(`${mountOf(container, 'token')}/token`);
    expect(options.stateDir).toBe(mountOf(container, 'state'));
  });

  it('build an image of what the build writes, which begins with the agent', () => {
    const dockerfile = read('manifests/agent/Dockerfile');
    expect(dockerfile).toContain('COPY --from=build /src/dist/ /opt/coxswain/');
    expect(dockerfile).toContain('ENTRYPOINT ["node", "/opt/coxswain/agent.cjs"]');
    const removed = /rm -f (.+)/.exec(dockerfile)?.[1] ?? '';
    expect(removed).not.toMatch(/agent|rest|rolloutWorker/);
    expect(read('esbuild.mjs')).toContain("'dist/rest.cjs'");
  });

  it.skipIf(!existsSync(SCHEMAS)).each(FILES)('are valid for Kubernetes 1.35: %s', (path) => {
    for (const object of objectsOf(path)) {
      const { apiVersion, kind } = object;
      const admission = applySchema(schemaOf(apiVersion, kind), structuredClone(object));
      expect({ kind, ...admission }).toEqual({ kind, causes: [], pruned: [] });
    }
  });
});

function mountOf(
  { volumeMounts }: { volumeMounts: { name: string; mountPath: string }[] },
  volume: string,
): string | undefined {
  return volumeMounts.find(({ name }) => name === volume)?.mountPath;
}

interface OpenApiNode {
  $ref?: string;
  allOf?: OpenApiNode[];
  oneOf?: OpenApiNode[];
  properties?: Record<string, OpenApiNode>;
  items?: OpenApiNode;
  additionalProperties?: OpenApiNode;
}

/** The schema of a kind as Kubernetes publishes it, with its references followed. */
function schemaOf(apiVersion: string, kind: string): Schema {
  const folder = apiVersion.includes('/') ? `apis/${apiVersion}.json` : `api/${apiVersion}.json`;
  const { components } = JSON.parse(readFileSync(join(SCHEMAS, folder), 'utf8'));
  const resolve = (node: OpenApiNode): Schema => {
    const { allOf, oneOf, properties, items, additionalProperties, ...rest } = node;
    if (node.$ref) return resolve(components.schemas[node.$ref.split('/').at(-1) ?? '']);
    if (allOf?.[0]) return resolve(allOf[0]);
    // A number or a string: a quantity, or a port.
    if (oneOf) return {};
    return {
      ...(rest as Schema),
      ...(properties ? { properties: mapValues(properties, resolve) } : {}),
      ...(items ? { items: resolve(items) } : {}),
      ...(additionalProperties ? { additionalProperties: resolve(additionalProperties) } : {}),
      default: undefined,
    };
  };
  const name = Object.keys(components.schemas).find((each) => each.endsWith(`.${kind}`)) ?? '';
  return resolve(components.schemas[name]);
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

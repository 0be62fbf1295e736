import { describe, expect, it } from 'vitest';
import { filledMetric } from './fillIn';
import { RolloutArgument, rolloutArguments } from './rolloutArguments';
import { AnalysisSpec, Argument, specOfTemplates } from './template';

const USE = { args: [], dryRun: [], measurementRetention: [] };
const given = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => Argument.parse({ name, value }));
const template = (name: string, args: unknown[]) => AnalysisSpec.parse({ metrics: [{ name }], args });

describe('templates', () => {
  it('make one run, with the values that are given before their own', () => {
    const templates = [
      template('errors', [{ name: 'service' }, { name: 'limit', value: '0.05' }]),
      template('latency', [{ name: 'service' }]),
    ];
    const run = specOfTemplates(templates, { ...USE, args: given({ service: 'shop', unknown: 'x' }) });
    expect(run.metrics.map(({ name }) => name)).toEqual(['errors', 'latency']);
    expect(run.args).toEqual([
      { name: 'service', value: 'shop' },
      { name: 'limit', value: '0.05' },
    ]);
  });

  const wrong: [string, AnalysisSpec[], string][] = [
    ['an argument without a value', [template('a', [{ name: 'service' }])], 'args.service was not resolved'],
    ['two metrics of one name', [template('a', []), template('a', [])], "two metrics have the same name 'a'"],
    [
      'two values for one argument',
      [template('a', [{ name: 'n', value: '1' }]), template('b', [{ name: 'n', value: '2' }])],
      "Argument `n` specified multiple times with different values: '1', '2'",
    ],
  ];
  it.each(wrong)('refuse %s', (_, templates, message) => {
    expect(() => specOfTemplates(templates, USE)).toThrow(message);
  });
});

describe('the arguments of a metric', () => {
  it('are filled in wherever they stand', () => {
    const metric = filledMetric(
      {
        name: 'errors',
        count: '{{args.count}}',
        successCondition: 'result[0] < {{ args.limit }}',
        provider: { prometheus: { query: 'sum(rate(x{service="{{args.service}}"}[1m]))' } },
      },
      given({ count: '3', limit: '0.05', service: 'a "b"' }),
    );
    expect(metric).toMatchObject({
      count: 3,
      successCondition: 'result[0] < 0.05',
      provider: { prometheus: { query: 'sum(rate(x{service="a "b""}[1m]))' } },
    });
  });

  it('have to be there, and to fit', () => {
    expect(() => filledMetric({ name: 'a', interval: '{{args.x}}' }, [])).toThrow(
      'failed to resolve {{args.x}}',
    );
    expect(() => filledMetric({ name: 'a', count: '{{args.x}}' }, given({ x: 'many' }))).toThrow(
      'not a whole number',
    );
  });
});

describe('the arguments that a Rollout gives', () => {
  const rollout = {
    metadata: { name: 'shop', labels: { 'app.kubernetes.io/name': 'x' } },
    spec: { replicas: 5, strategy: { canary: { steps: [{ setWeight: 20 }] } } },
  };
  const source = { rollout, latestHash: 'new', stableHash: 'old' };
  const field = (fieldPath: string) => [
    RolloutArgument.parse({ name: 'a', valueFrom: { fieldRef: { fieldPath } } }),
  ];

  it('are values, template hashes and fields', () => {
    const wanted = [
      { name: 'a', value: '1' },
      { name: 'b', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'c', valueFrom: { podTemplateHashValue: 'Stable' } },
      { name: 'd', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } } },
      { name: 'e', valueFrom: { fieldRef: { fieldPath: 'spec.strategy.canary.steps[0].setWeight' } } },
    ].map((each) => RolloutArgument.parse(each));
    expect(rolloutArguments(wanted, source).map(({ value }) => value)).toEqual([
      '1',
      'new',
      'old',
      'x',
      '20',
    ]);
  });

  it.each([
    ['spec.missing', 'invalid path spec.missing in rollout'],
    ['spec.strategy', 'path spec.strategy in rollout must terminate in a primitive value'],
  ])('cannot come from %s', (path, message) => {
    expect(() => rolloutArguments(field(path), source)).toThrow(message);
  });
});

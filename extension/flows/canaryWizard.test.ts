import { describe, expect, it, test } from 'vitest';
import {
  gatewayProblem,
  hostProblem,
  manifestsText,
  NO_ANSWERS,
  type WizardAnswers,
  wizardParams,
  wizardSteps,
} from './canaryWizard';

const answers = (part: Partial<WizardAnswers>): WizardAnswers => ({
  ...NO_ANSWERS,
  workloadId: 'shop/Deployment/checkout',
  ...part,
});

describe('the questions', () => {
  it.each([
    ['nothing answered', {}, ['kind', 'review']],
    ['Argo Rollouts', { kind: 'argo-rollouts' }, ['kind', 'analyses', 'review']],
    ['NGINX over the route that there is', { kind: 'nginx' }, ['kind', 'route', 'review']],
    ['Istio by name', { kind: 'istio', route: 'named' }, ['kind', 'route', 'route-name', 'review']],
    [
      'a new HTTPRoute',
      { kind: 'gateway-api', route: 'new' },
      ['kind', 'route', 'host', 'gateway', 'review'],
    ],
  ] as const)('follow from the answers: %s', (_what, part, steps) => {
    expect(wizardSteps(answers(part), false)).toEqual(steps);
  });

  it('begin with the workload where the command came without one', () => {
    expect(wizardSteps(NO_ANSWERS, true)[0]).toBe('workload');
  });
});

test('an answer to a question that is no longer asked is not sent', () => {
  const part = { host: 'shop.example', gateway: 'infra/main', routeName: 'old', analyses: ['latency'] };
  const base = { workloadId: 'shop/Deployment/checkout' };
  expect(wizardParams(answers({ ...part, kind: 'gateway-api', route: 'new' }))).toEqual({
    ...base,
    kind: 'gateway-api',
    host: 'shop.example',
    gateway: 'infra/main',
  });
  expect(wizardParams(answers({ ...part, kind: 'flagger', route: 'new' }))).toEqual({
    ...base,
    kind: 'flagger',
    // Those of Argo are none of Flagger's: what is proposed counts.
    analyses: ['success-rate', 'request-duration'],
  });
  expect(() => wizardParams(NO_ANSWERS)).toThrow(TypeError);
});

test('the manifests are one document of YAML, with what keeps them from being applied on top', () => {
  const manifests = [
    { name: 'Service checkout-canary', yaml: 'kind: Service\n' },
    { name: 'HTTPRoute checkout', yaml: 'kind: HTTPRoute' },
  ];
  expect(manifestsText({ manifests, problems: [], text: '' })).toBe(
    '# Nothing has been changed yet: these manifests are for review.\n---\n# Service checkout-canary\nkind: Service\n---\n# HTTPRoute checkout\nkind: HTTPRoute\n',
  );
  expect(manifestsText({ manifests, problems: ['no Gateway\nis there'], text: '' })).toMatch(
    /^# This cannot be applied now:\n# - no Gateway is there\n---/,
  );
});

test('hosts and gateways are checked as they are written', () => {
  expect(
    ['shop.example.com', '*.example.com', 'Shop', '', 'a b'].map((text) => hostProblem(text) === null),
  ).toEqual([true, true, false, false, false]);
  expect(['', 'infra/main', 'main'].map((text) => gatewayProblem(text) === null)).toEqual([
    true,
    true,
    false,
  ]);
});

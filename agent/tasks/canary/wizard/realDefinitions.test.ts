import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aWorkload } from '../../../../test/support/builders';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import type { CanaryKind } from '../../../protocol';
import { prepareCanary } from './prepareCanary';
import type { FoundRoute } from './surroundings';

const service = {
  name: 'checkout',
  ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  selector: { app: 'checkout' },
};
const CONTEXT = { capabilities: [], movedBy: null, gateUrl: 'http://127.0.0.1:9', analysis: () => null };
const route = (kind: FoundRoute['kind'], apiVersion: string): FoundRoute => {
  return { kind, apiVersion, name: 'shop', uid: 'u', hosts: ['shop.example'], service: 'checkout', spec: {} };
};
const ROUTES = [
  undefined,
  route('HTTPRoute', 'gateway.networking.k8s.io/v1'),
  route('VirtualService', 'networking.istio.io/v1'),
  route('Ingress', 'networking.k8s.io/v1'),
];

describe.skipIf(!hasRealDefinitions)('what the wizard writes', () => {
  const check = hasRealDefinitions
    ? realDefinitions('argo-rollouts', 'flagger', 'istio', 'gateway-api')
    : () => [];

  it.each<CanaryKind>(['gateway-api', 'istio', 'argo-rollouts', 'flagger'])(
    'is valid by the real definitions for %s, over every router',
    (kind) => {
      const checked = ROUTES.flatMap((found) => {
        const routes = found && (kind === 'argo-rollouts' || kind === 'flagger') ? [found] : [];
        const around = { workload: aWorkload([]), services: [service], routes, gateways: ['infra/web'] };
        const { manifests } = prepareCanary(around, { kind, host: 'shop.example' }, CONTEXT);
        return manifests
          .map(({ yaml }) => parse(yaml))
          .filter(({ apiVersion }) => /\.(io|app)\//.test(apiVersion));
      });
      expect(checked.length).toBeGreaterThan(0);
      expect(checked.flatMap(check)).toEqual([]);
    },
  );
});

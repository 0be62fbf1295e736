import type { CanaryView } from '../canaryView';
import { gatewayApiRoute } from './gatewayApi';
import { istioRoute } from './istio';
import { nginxRoute } from './nginx';
import { noRoute } from './noRoute';

export interface Weights {
  /** Percent. */
  primary: number;
  canary: number;
  /** The canary gets copies of the primary's requests. */
  mirrored: boolean;
}

/** What splits the traffic of a Canary. Everything throws Error with Flagger's words for what is wrong. */
export interface Route {
  /** Makes it, or makes it again what it should be; the weights stay. */
  reconcile(): void;
  weights(): Weights;
  set(weights: Weights): void;
  /** Makes it what it was before the Canary, where it was there. */
  finalize(): void;
}

/** Throws Error for a provider that the embedded cluster does not have. */
export function routeOf(view: CanaryView): Route {
  const { provider } = view.spec;
  switch (provider) {
    case 'istio':
      return istioRoute(view);
    case 'gatewayapi:v1':
      return gatewayApiRoute(view);
    case 'nginx':
      return nginxRoute(view);
    case 'kubernetes':
      return noRoute(view);
    default:
      throw new Error(
        `provider ${provider} is none of those that the embedded cluster has: istio, gatewayapi:v1, nginx, kubernetes`,
      );
  }
}

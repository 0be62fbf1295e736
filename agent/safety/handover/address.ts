import type { Autoscaler } from '../../cluster/snapshot';
import type { ResourceAddress } from '../change';

/** Where the API server has an autoscaler. */
export function autoscalerAddress(
  { kind, name }: Pick<Autoscaler, 'kind' | 'name'>,
  namespace: string,
): ResourceAddress {
  return kind === 'hpa'
    ? { apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers', namespace, name }
    : { apiVersion: 'keda.sh/v1alpha1', plural: 'scaledobjects', namespace, name };
}

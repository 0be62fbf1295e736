import * as z from 'zod';
import { MANAGED_BY, MANAGER } from '../../cluster/labels';
import type { RequestInput } from '../guardInput';
import { deny, type Rule } from './rule';
import { judgeNamespace } from './scope';

/** The parts of a Chaos Mesh object that say whom it hits, https://chaos-mesh.org/docs/define-chaos-experiment-scope. */
const Selector = z.object({
  namespaces: z.array(z.string()).optional(),
  pods: z.record(z.string(), z.array(z.string())).optional(),
});
const ChaosObject = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).optional() }),
  spec: z.object({
    selector: Selector,
    target: z.object({ selector: Selector }).optional(),
  }),
});

export const chaosEnabled: Rule<RequestInput> = {
  name: 'chaos-enabled',
  judge: ({ config }) => (config.chaos.enabled ? null : deny('`chaos.enabled` is off in coxswain.yaml')),
};

/** A fault is one Chaos Mesh object that carries our label, so that an emergency stop finds it, and can be ended. */
export const faultShape: Rule<RequestInput> = {
  name: 'fault-shape',
  judge({ change: { write, inverse } }) {
    if (write.verb !== 'create' || !write.resource.apiVersion.startsWith('chaos-mesh.org/')) {
      return deny('the write does not create a Chaos Mesh object');
    }
    const object = ChaosObject.safeParse(write.object);
    if (!object.success) return deny('the Chaos Mesh object does not say whom it hits');
    if (object.data.metadata.labels?.[MANAGED_BY] !== MANAGER) {
      return deny('the Chaos Mesh object does not carry the label of Coxswain');
    }
    const ends = inverse.kind === 'write' && inverse.write.verb === 'delete';
    return ends ? null : deny('the change does not say how the fault is ended');
  },
};

/** Neither the object nor anything that it selects lies outside the allow-list. */
export const faultNamespace: Rule<RequestInput> = {
  name: 'namespace',
  judge({ config, change: { write } }) {
    const object = write.verb === 'create' ? ChaosObject.safeParse(write.object) : null;
    if (!object?.success) return null;
    const { selector, target } = object.data.spec;
    const names = [selector, target?.selector ?? {}].flatMap(({ namespaces, pods }) => [
      ...(namespaces ?? []),
      ...Object.keys(pods ?? {}),
    ]);
    const rulings = [write.resource.namespace, ...names].map((name) => judgeNamespace(config, name));
    return rulings.find((ruling) => ruling !== null) ?? null;
  },
};

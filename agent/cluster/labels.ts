/** Set by `drain pod` as a label: names the Deployment that the pod belongs to. */
export const DRAINED_FROM = 'coxswain.dev/drained-from';

/** What Coxswain makes carries this label with this value, so that an emergency stop finds it all. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'coxswain';

/** Set by `drain pod` as a label: names the Deployment that the pod belongs to. */
export const DRAINED_FROM = 'coxswain.dev/drained-from';

/** On every chaos object of ours, and on every object that a native fault has changed: the id of the run. */
export const RUN_ID = 'coxswain.dev/run-id';

/**
 * Annotation of an object that a native fault has changed: JSON with what was done and how it is taken back, so that
 * whoever looks at the cluster can take it back, whatever has become of the agent that did it.
 */
export const NATIVE_FAULT = 'coxswain.dev/native-fault';

/** What Coxswain makes carries this label with this value, so that an emergency stop finds it all. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGER = 'coxswain';

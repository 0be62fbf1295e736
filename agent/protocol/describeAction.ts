import type { Action } from './action';

/** The action as a person would say it. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'none':
      return 'do nothing';
    case 'restart-pod':
      return `restart pod ${action.pod}`;
    case 'scale':
      return `scale ${action.to > action.from ? 'up' : 'down'} ${action.from} → ${action.to}`;
    case 'drain-pod':
      return `drain pod ${action.pod}`;
    case 'undrain-pod':
      return `return pod ${action.pod} to its Service`;
  }
}

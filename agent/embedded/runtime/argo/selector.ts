import { formatLabelSelector, fromLabelSelector } from '../../store/labelSelector';

/** A selector as text, as `status.selector` has it. */
export function formatSelector(selector: unknown): string {
  return formatLabelSelector(fromLabelSelector(selector) ?? []);
}

import type { KubeObject } from '../objectStore';
import {
  type Answer,
  type ApiContext,
  countParameter,
  existing,
  isTrue,
  type ObjectRequest,
} from './request';

/** The lines that a container has written so far, oldest first. */
export type PodLogs = (request: {
  pod: KubeObject;
  /** The only or first container where absent. */
  container: string | undefined;
  /** The instance before the last restart. */
  previous: boolean;
}) => readonly string[];

/** `pods/log`: what has been written up to now; `follow` is not waited for. */
export function getPodLog(context: ApiContext, request: ObjectRequest): Answer {
  const { query } = request;
  const pod = existing(context, request);
  const container = query.get('container') ?? undefined;
  const all = context.podLogs?.({ pod, container, previous: isTrue(query.get('previous')) }) ?? [];
  const tailLines = countParameter(query, 'tailLines');
  const lines = tailLines === undefined ? all : all.slice(Math.max(0, all.length - tailLines));
  const content = lines.map((line) => `${line}\n`).join('');
  const limit = countParameter(query, 'limitBytes');
  return {
    code: 200,
    content: limit === undefined ? content : Buffer.from(content).subarray(0, limit),
    contentType: 'text/plain',
  };
}

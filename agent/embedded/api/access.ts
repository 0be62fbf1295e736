import * as z from 'zod';
import { badRequest, qualifiedName, StatusError } from '../store/statusError';
import { describeIssues } from './describeIssues';
import {
  type Answer,
  type ApiContext,
  type HttpRequest,
  noSuchPath,
  parseBody,
  type ResourceRequest,
} from './request';

/** A permission that the client does not have. Everything else is allowed. */
export interface DeniedRule {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`; `*` for all. */
  verb: string;
  /** `pods`, `pods/eviction`, `deployments.apps/scale`, `podchaos.chaos-mesh.org` …; `*` for all. */
  resource: string;
  /** Everywhere where absent. */
  namespace?: string;
}

interface Access {
  verb: string;
  resource: string;
  /** Undefined for all namespaces, and for what has none. */
  namespace: string | undefined;
}

/** What is denied in one namespace is denied in all of them together. */
function isDenied(denied: readonly DeniedRule[], { verb, resource, namespace }: Access): boolean {
  return denied.some(
    (rule) =>
      (rule.verb === '*' || verb === '*' || rule.verb === verb) &&
      (rule.resource === '*' || resource === '*' || rule.resource === resource) &&
      (rule.namespace === undefined || namespace === undefined || rule.namespace === namespace),
  );
}

/** Throws StatusError 403 where the request is denied. */
export function checkAccess({ denied }: ApiContext, request: ResourceRequest): void {
  const { info, verb, namespace, subresource } = request;
  const resource = accessName(info.group, info.plural, subresource);
  if (!isDenied(denied, { verb, resource, namespace })) return;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const plural = subresource ? `${info.plural}/${subresource}` : info.plural;
  const why = `User "coxswain" cannot ${verb} resource "${plural}" in API group "${info.group}" ${where}`;
  throw new StatusError(403, 'Forbidden', `${qualifiedName(info)} is forbidden: ${why}`);
}

function accessName(group: string, plural: string, subresource: string | undefined): string {
  return qualifiedName({ group, plural }) + (subresource ? `/${subresource}` : '');
}

export const REVIEWS = [
  { kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews' },
  { kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews' },
] as const;

/** Answers `POST /apis/authorization.k8s.io/v1/<review>`. */
export function reviewAccess(context: ApiContext, request: HttpRequest): Answer {
  const review = REVIEWS.find(({ plural }) => request.path === `/apis/authorization.k8s.io/v1/${plural}`);
  if (!review) throw noSuchPath();
  if (request.method !== 'POST') {
    throw new StatusError(405, 'MethodNotAllowed', `${review.kind} can only be created`);
  }
  const body = parseBody(request);
  const answer =
    review.kind === 'SelfSubjectAccessReview' ? accessReview(context, body) : rulesReview(context, body);
  const json = { kind: review.kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, ...answer };
  return { code: 201, json };
}

const AccessReview = z.object({
  spec: z.looseObject({
    resourceAttributes: z
      .looseObject({
        verb: z.string().default('*'),
        group: z.string().default(''),
        resource: z.string().default('*'),
        subresource: z.string().default(''),
        namespace: z.string().default(''),
      })
      .optional(),
    nonResourceAttributes: z.looseObject({}).optional(),
  }),
});

function accessReview({ denied }: ApiContext, body: unknown): Record<string, unknown> {
  const review = AccessReview.safeParse(body);
  if (!review.success) throw badRequest(`malformed SelfSubjectAccessReview: ${describeIssues(review.error)}`);
  const { spec } = review.data;
  const asked = spec.resourceAttributes;
  if (!asked) return { spec, status: { allowed: true } };
  const resource = accessName(
    asked.group === '*' ? '' : asked.group,
    asked.resource,
    asked.subresource || undefined,
  );
  const allowed = !isDenied(denied, { verb: asked.verb, resource, namespace: asked.namespace || undefined });
  return { spec, status: allowed ? { allowed } : { allowed, reason: 'taken away from this cluster’s user' } };
}

const RulesReview = z.object({ spec: z.object({ namespace: z.string().min(1) }) });
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

function rulesReview({ denied, registry }: ApiContext, body: unknown): Record<string, unknown> {
  const review = RulesReview.safeParse(body);
  if (!review.success) throw badRequest(`malformed SelfSubjectRulesReview: ${describeIssues(review.error)}`);
  const { spec } = review.data;
  const resourceRules = registry.all().flatMap((info) =>
    [undefined, ...info.subresources].map((subresource) => {
      const resource = accessName(info.group, info.plural, subresource);
      return {
        apiGroups: [info.group],
        resources: [subresource ? `${info.plural}/${subresource}` : info.plural],
        verbs: VERBS.filter((verb) => !isDenied(denied, { verb, resource, namespace: spec.namespace })),
      };
    }),
  );
  const nonResourceRules = [
    { verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/version'] },
  ];
  const status = {
    resourceRules: resourceRules.filter(({ verbs }) => verbs.length > 0),
    nonResourceRules,
    incomplete: false,
  };
  return { spec, status };
}

import * as z from 'zod';

/** A Service as the API server's proxy takes it: nothing that could lead out of it. */
const SERVICE = /^(https?:)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const PORT_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A path that stays where it is: whoever resolves it, on the way or at its end, finds nothing to climb up by. */
function isPlainPath(path: string): boolean {
  const [plain = ''] = path.split('?');
  const climbs = plain.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  return /^[\x21-\x7e]*$/.test(path) && !climbs && !/[\\#]|%2f|%5c/i.test(plain);
}

const comparison = {
  atMost: z.number().optional().describe('Holds up to this value.'),
  atLeast: z.number().optional().describe('Holds from this value on.'),
};
const common = {
  name: z.string().min(1).describe('What it looks at, for people.'),
  weight: z.number().min(0).max(100).default(1).describe('In the resilience score. Default 1.'),
  during: z
    .boolean()
    .default(false)
    .describe('Whether it has to hold while the fault lasts as well. Default false.'),
};

/**
 * One thing that is looked at. Exactly one of `promql`, `http` and `kubernetes`, and a bound for what it yields; for
 * `http` the bound is on the seconds that the answer took and may be absent.
 *
 * Queries know the placeholders of `metrics.queries`: `$namespace`, `$pods`, `$window`, `$workload`.
 */
export const Probe = z
  .strictObject({
    ...common,
    ...comparison,
    promql: z.string().min(1).optional().describe('A query that yields one number; no sample is no data.'),
    http: z
      .strictObject({
        service: z
          .string()
          .regex(SERVICE, 'expected the name of a Service')
          .describe('Service of the target’s namespace, reached through the API server.'),
        port: z
          .union([
            z.string().regex(PORT_NAME, 'expected the name of a port'),
            z.number().int().min(1).max(65_535),
          ])
          .default('http')
          .describe('Name or number of its port.'),
        path: z
          .string()
          .refine(isPlainPath, 'expected a path without "..", spaces and backslashes')
          .default('/')
          .describe('Path with query. Default `/`.'),
        status: z
          .literal(200)
          .or(z.number().int().min(400).max(599))
          .default(200)
          .describe(
            'Status that is expected: 200, which stands for every one below 400, or 400…599. Default 200.',
          ),
      })
      .optional()
      .describe(
        'A GET request; holds when the status is as expected, within the bound on seconds if there is one.',
      ),
    kubernetes: z
      .enum(['readyReplicas', 'readyShare', 'missingReplicas', 'restarts', 'crashingPods', 'warningEvents'])
      .optional()
      .describe('What the API server says of the target.'),
  })
  .superRefine((probe, context) => {
    const kinds = [probe.promql, probe.http, probe.kubernetes].filter((kind) => kind !== undefined);
    if (kinds.length !== 1)
      context.addIssue({ code: 'custom', message: 'expected exactly one of promql, http and kubernetes' });
    const bounded = probe.atMost !== undefined || probe.atLeast !== undefined;
    if (!bounded && probe.http === undefined)
      context.addIssue({ code: 'custom', message: 'expected atMost, atLeast, or both' });
  });
export type Probe = z.output<typeof Probe>;

/**
 * Everything that only the REST service needs of other people's code, as one module: it is a bundle of its own
 * (`dist/rest.cjs`), so that an agent without the service neither reads nor compiles it.
 */
export { default as rateLimit } from '@fastify/rate-limit';
export { default as swagger } from '@fastify/swagger';
export { fastify } from 'fastify';
export {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

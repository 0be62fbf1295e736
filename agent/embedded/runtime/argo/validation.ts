import { AnalysisError } from '../../../tasks/canary/analysis/analysisError';
import { filledMetric } from '../../../tasks/canary/analysis/fillIn';
import { effectiveCount } from '../../../tasks/canary/analysis/metric';
import { rolloutArguments } from '../../../tasks/canary/analysis/rolloutArguments';
import { type AnalysisSpec, specOfTemplates } from '../../../tasks/canary/analysis/template';
import { fromLabelSelector, labelsMatch } from '../../store/labelSelector';
import { HTTP_ROUTES, INGRESSES, SERVICES, VIRTUAL_SERVICES } from '../../store/resourceTypes';
import { serviceSelector } from '../kinds';
import { TemplateNotFound, templatesOf } from './analysis';
import { InvalidRollout, invalidField } from './invalidRollout';
import {
  type Canary,
  maxWeight,
  pauseMs,
  type RolloutAnalysis,
  type Step,
  type TrafficRouting,
} from './rolloutSpec';
import { GATEWAY_API_PLUGIN, GatewayApiSettings } from './routers/gatewayApi';
import { virtualServiceName, virtualServices } from './routers/istio';
import { checkDestinations, httpRoutes, weightedRoutes } from './routers/istioRoutes';
import { goesTo, IngressSpec, stableIngresses } from './routers/nginx';
import { MANAGED_BY } from './services';
import type { Sync } from './sync';
import { HASH_LABEL } from './version';

const STRATEGY = 'spec.strategy';

/**
 * Throws InvalidRollout, in Argo's words, where a Rollout cannot be carried out: by itself, or because something that
 * it names is not there.
 * Source: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/validation
 */
export function validate(sync: Sync): void {
  const { spec, template } = sync;
  const { canary, blueGreen } = spec.strategy;
  if (!fromLabelSelector(spec.selector)?.length) {
    throw invalidField('spec.selector', spec.selector, 'empty selector is invalid for deployment');
  }
  if (!labelsMatch(fromLabelSelector(spec.selector) ?? [], template.metadata.labels)) {
    throw invalidField(
      'spec.template.metadata.labels',
      template.metadata.labels,
      '`selector` does not match template `labels`',
    );
  }
  if (spec.progressDeadlineSeconds <= spec.minReadySeconds) {
    throw invalidField(
      'spec.progressDeadlineSeconds',
      spec.progressDeadlineSeconds,
      'must be greater than minReadySeconds',
    );
  }
  if (!canary && !blueGreen) {
    throw new InvalidRollout(
      "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    );
  }
  if (canary && blueGreen) {
    throw invalidField(
      'spec.strategy.strategy',
      'blueGreen: true canary: true',
      'Multiple Strategies can not be listed',
    );
  }
  if (canary) validateCanary(sync, canary);
  else validateBlueGreen(sync);
}

function validateBlueGreen(sync: Sync): void {
  const { blueGreen } = sync.spec.strategy;
  if (!blueGreen) return;
  const { activeService, previewService, prePromotionAnalysis, postPromotionAnalysis } = blueGreen;
  if (activeService === previewService) {
    throw invalidField(
      `${STRATEGY}.activeService`,
      activeService,
      'This rollout uses the same service for the active and preview services, but two different services are required.',
    );
  }
  checkService(sync, `${STRATEGY}.blueGreen.activeService`, activeService);
  checkService(sync, `${STRATEGY}.blueGreen.previewService`, previewService);
  checkAnalysis(sync, `${STRATEGY}.blueGreen.prePromotionAnalysis.templates`, prePromotionAnalysis, true);
  checkAnalysis(sync, `${STRATEGY}.blueGreen.postPromotionAnalysis.templates`, postPromotionAnalysis, true);
}

function validateCanary(sync: Sync, canary: Canary): void {
  const { canaryService, stableService, trafficRouting } = canary;
  if (canaryService !== '' && canaryService === stableService) {
    throw invalidField(
      `${STRATEGY}.stableService`,
      stableService,
      'This rollout uses the same service for the stable and canary services, but two different services are required.',
    );
  }
  checkScaling(canary);
  for (const [index, step] of canary.steps.entries()) {
    checkStep(sync, canary, step, `${STRATEGY}.steps[${index}]`);
    checkAnalysis(sync, `${STRATEGY}.canary.steps[${index}].analysis.templates`, step.analysis, true);
  }
  checkAnalysis(sync, `${STRATEGY}.canary.analysis.templates`, canary.analysis, false);
  if (trafficRouting) checkNeededServices(canary, trafficRouting);
  checkService(sync, `${STRATEGY}.canary.stableService`, stableService);
  checkService(sync, `${STRATEGY}.canary.canaryService`, canaryService);
  if (trafficRouting) checkRouting(sync, canary, trafficRouting);
}

function checkScaling({
  trafficRouting,
  scaleDownDelaySeconds,
  dynamicStableScale,
  maxSurge,
  maxUnavailable,
}: Canary): void {
  const isZero = (value: string | number) => Number.parseInt(String(value), 10) === 0;
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    throw invalidField(`${STRATEGY}.maxSurge`, maxSurge, 'MaxSurge and MaxUnavailable both can not be zero');
  }
  const delay = `${STRATEGY}.scaleDownDelaySeconds`;
  const dynamic = `${STRATEGY}.dynamicStableScale`;
  if (!trafficRouting && scaleDownDelaySeconds !== undefined) {
    throw invalidField(
      delay,
      scaleDownDelaySeconds,
      'Canary scaleDownDelaySeconds can only be used with traffic routing',
    );
  }
  if (!trafficRouting && dynamicStableScale) {
    throw invalidField(dynamic, true, 'Canary dynamicStableScale can only be used with traffic routing');
  }
  if (dynamicStableScale && scaleDownDelaySeconds !== undefined) {
    throw invalidField(dynamic, true, 'Canary dynamicStableScale cannot be used with scaleDownDelaySeconds');
  }
  if (trafficRouting?.maxTrafficWeight !== undefined && !trafficRouting.nginx && !trafficRouting.plugins) {
    throw invalidField(
      `${STRATEGY}.trafficRouting.maxTrafficWeight`,
      trafficRouting.maxTrafficWeight,
      'Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins',
    );
  }
}

const STEP_KINDS = [
  'experiment',
  'pause',
  'setWeight',
  'analysis',
  'setCanaryScale',
  'setHeaderRoute',
  'setMirrorRoute',
  'plugin',
] as const;

function checkStep(sync: Sync, canary: Canary, step: Step, path: string): void {
  const kinds = STEP_KINDS.filter((kind) => step[kind] !== undefined);
  if (kinds.length !== 1) {
    throw invalidField(
      path,
      kinds.join(', '),
      kinds.length === 0
        ? 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause'
        : 'Step can have only one of them set',
    );
  }
  if (step.experiment || step.plugin) {
    throw invalidField(
      `${path}.${kinds[0]}`,
      kinds[0],
      'the embedded cluster runs no experiments and no step plugins',
    );
  }
  const most = maxWeight(sync.spec);
  if (step.setWeight !== undefined && (step.setWeight < 0 || step.setWeight > most)) {
    throw invalidField(`${path}.setWeight`, step.setWeight, `SetWeight needs to be between 0 and ${most}`);
  }
  const durationMs = step.pause ? pauseMs(step.pause) : null;
  if (durationMs !== null && !(durationMs >= 0)) {
    throw invalidField(`${path}.pause.duration`, step.pause?.duration, 'Duration needs to be greater than 0');
  }
  if (step.setCanaryScale && !canary.trafficRouting) {
    throw new InvalidRollout(
      `${STRATEGY}.trafficRouting: Required value: SetCanaryScale requires TrafficRouting to be set`,
    );
  }
  checkRoutes(canary, step, path);
}

/** Header and mirror routes need a router that has them, and have to be named beforehand. */
function checkRoutes(
  { trafficRouting }: Canary,
  { setHeaderRoute, setMirrorRoute }: Step,
  path: string,
): void {
  const route = setHeaderRoute ?? setMirrorRoute;
  if (!route) return;
  const field = `${path}.${setHeaderRoute ? 'setHeaderRoute' : 'setMirrorRoute'}`;
  if (!trafficRouting?.istio && !trafficRouting?.plugins) {
    const why = setHeaderRoute
      ? 'SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix'
      : 'SetMirrorRoute requires TrafficRouting, supports Istio and Plugins';
    throw invalidField(field, route.name, why);
  }
  if (!trafficRouting.managedRoutes) {
    throw new InvalidRollout(
      `${STRATEGY}.trafficRouting.managedRoutes: Required value: Rollout has missing field 'spec.strategy.canary.trafficRouting.managedRoutes'`,
    );
  }
  if (trafficRouting.managedRoutes.some(({ name }) => name === route.name)) return;
  throw invalidField(
    field,
    route.name,
    'Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes',
  );
}

function checkNeededServices(
  { canaryService, stableService }: Canary,
  { istio, nginx }: TrafficRouting,
): void {
  if (!nginx && (!istio || istio.destinationRule)) return;
  const why = 'Canary service and Stable service must to be set to use Traffic Routing';
  if (stableService === '') throw invalidField(`${STRATEGY}.stableService`, stableService, why);
  if (canaryService === '') throw invalidField(`${STRATEGY}.canaryService`, canaryService, why);
}

function checkService(
  { cluster, namespace, name: rollout, template }: Sync,
  path: string,
  name: string,
): void {
  if (name === '') return;
  const service = cluster.store.get(SERVICES, namespace, name);
  if (!service) throw invalidField(path, name, `service "${name}" not found`);
  for (const [key, value] of Object.entries(serviceSelector(service))) {
    if (key !== HASH_LABEL && template.metadata.labels[key] !== value) {
      throw invalidField(path, name, `Service "${name}" has unmatch label "${key}" in rollout`);
    }
  }
  const owner = service.metadata.annotations?.[MANAGED_BY];
  if (owner !== undefined && owner !== rollout) {
    throw invalidField(path, name, `Service "${name}" is managed by another Rollout`);
  }
}

function checkAnalysis(
  sync: Sync,
  path: string,
  analysis: RolloutAnalysis | undefined,
  mustEnd: boolean,
): void {
  if (!analysis) return;
  const { cluster, namespace, rollout } = sync;
  const names = analysis.templates.map(({ templateName }) => templateName).join(' ');
  try {
    const templates = templatesOf(cluster.store, namespace, analysis.templates);
    const args = rolloutArguments(analysis.args, { rollout, latestHash: 'latest', stableHash: 'stable' });
    const run = specOfTemplates(templates, { args, dryRun: [], measurementRetention: [] });
    if (mustEnd) checkEnd(run);
  } catch (error) {
    if (error instanceof TemplateNotFound) throw invalidField(path, names, error.message);
    if (error instanceof AnalysisError) throw invalidField(path, `templateNames: [${names}]`, error.message);
    throw error;
  }
}

/** A step would wait for ever for a metric without an end. */
function checkEnd({ metrics, args }: AnalysisSpec): void {
  const supplied = args.map((argument) => ({ ...argument, value: argument.value ?? 'dummy-value' }));
  for (const raw of metrics) {
    const metric = filledMetric(raw, supplied);
    if (effectiveCount(metric) === null) {
      throw new AnalysisError(
        `metric ${metric.name} runs indefinitely. Invalid value for count: ${metric.count ?? 'nil'}`,
      );
    }
  }
}

function checkRouting(sync: Sync, canary: Canary, { istio, nginx, plugins }: TrafficRouting): void {
  if (nginx) checkIngresses(sync, canary, nginx);
  if (istio) checkVirtualServices(sync, canary, istio);
  if (plugins) checkPlugins(sync, plugins);
}

function checkIngresses(
  { cluster, namespace }: Sync,
  canary: Canary,
  nginx: NonNullable<TrafficRouting['nginx']>,
): void {
  const path = `${STRATEGY}.canary.trafficRouting.nginx`;
  const isOne = nginx.stableIngress !== '';
  if (isOne === nginx.stableIngresses.length > 0) {
    const which = isOne ? 'Both are configured.' : 'Neither are configured.';
    throw new InvalidRollout(
      `${path}: Internal error: Either StableIngress or StableIngresses must be configured. ${which}`,
    );
  }
  const field = `${path}.${isOne ? 'stableIngress' : 'stableIngresses'}`;
  for (const name of stableIngresses(nginx)) {
    const ingress = cluster.store.get(INGRESSES, namespace, name);
    if (!ingress) throw invalidField(field, name, `ingress.networking.k8s.io "${name}" not found`);
    if (IngressSpec.parse(ingress.spec ?? {}).rules.some((rule) => goesTo(rule, canary.stableService)))
      continue;
    throw invalidField(
      field,
      name,
      `ingress \`${name}\` has no rules using service ${canary.stableService} backend`,
    );
  }
}

function checkVirtualServices(sync: Sync, canary: Canary, istio: NonNullable<TrafficRouting['istio']>): void {
  const path = `${STRATEGY}.canary.trafficRouting.istio`;
  if (Boolean(istio.virtualService) === Boolean(istio.virtualServices)) {
    throw new InvalidRollout(
      `${path}: Internal error: either VirtualService or VirtualServices must be configured`,
    );
  }
  const field = `${path}.${istio.virtualService ? 'virtualService' : 'virtualServices'}.name`;
  const managed = new Set(canary.trafficRouting?.managedRoutes?.map(({ name }) => name));
  for (const reference of virtualServices(istio)) {
    const { name, namespace } = virtualServiceName(reference, sync.namespace);
    const found = sync.cluster.store.get(VIRTUAL_SERVICES, namespace, name);
    if (!found) throw invalidField(field, name, `virtualservices.networking.istio.io "${name}" not found`);
    try {
      const routes = weightedRoutes(httpRoutes(found), reference, managed);
      for (const route of routes) checkDestinations(route, canary, istio.destinationRule);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw invalidField(field, name, `Istio VirtualService has invalid HTTP routes. Error: ${why}`);
    }
  }
}

/** Argo leaves these to the plugin, which fails at each look; here it is said at once. */
function checkPlugins({ cluster, namespace }: Sync, plugins: Record<string, unknown>): void {
  const path = `${STRATEGY}.canary.trafficRouting.plugins`;
  const unknown = Object.keys(plugins).find((name) => name !== GATEWAY_API_PLUGIN);
  if (unknown !== undefined) {
    throw invalidField(
      path,
      unknown,
      `plugin ${unknown} not configured in configmap; only ${GATEWAY_API_PLUGIN} is known here`,
    );
  }
  const settings = GatewayApiSettings.safeParse(plugins[GATEWAY_API_PLUGIN]);
  const names = [
    ...(settings.data?.httpRoute === undefined ? [] : [settings.data.httpRoute]),
    ...(settings.data?.httpRoutes.map(({ name }) => name) ?? []),
  ];
  if (names.length === 0) {
    throw invalidField(path, GATEWAY_API_PLUGIN, "'httpRoute' or 'httpRoutes' must be set");
  }
  for (const name of names) {
    if (cluster.store.get(HTTP_ROUTES, settings.data?.namespace ?? namespace, name)) continue;
    throw invalidField(path, name, `httproutes.gateway.networking.k8s.io "${name}" not found`);
  }
}

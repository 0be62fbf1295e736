import type * as z from 'zod';
import type { Clock } from '../../clock';
import { describeIssues } from '../api/describeIssues';
import { type Answer, type HttpRequest, noSuchPath, parseBody } from '../api/request';
import { LOAD_ANNOTATION, serviceLoad } from '../runtime/podSettings';
import type { Runtime } from '../runtime/runtime';
import type { Simulations } from '../simulations/simulations';
import type { VersionedStore } from '../store/memoryStore';
import { SERVICES } from '../store/resourceTypes';
import { badRequest, notFound } from '../store/statusError';
import {
  CONTROL_ROOT,
  type ControlInfo,
  Disturbance,
  type LoadAnswer,
  LoadRequest,
  ScenarioRequest,
  SimulationRequest,
  StartRequest,
} from './controlApi';
import { setScenario } from './scenario';

export interface ControlOptions {
  store: VersionedStore;
  runtime: Runtime;
  simulations: Simulations;
  clock: Clock;
  /** Where hosts with a route are served. */
  gatewayUrl?: string;
}

/** Answers what is asked of the embedded cluster beside Kubernetes. Throws StatusError. */
export type Control = (request: HttpRequest) => Answer;

export function createControl(options: ControlOptions): Control {
  const { store, runtime, simulations, clock, gatewayUrl } = options;
  const info = (): ControlInfo => ({
    cluster: 'coxswain-embedded',
    nowMs: clock.nowMs(),
    rate: clock.rate,
    simulations: simulations.namespaces,
    ...(gatewayUrl !== undefined && { gatewayUrl }),
  });

  const setLoad = ({ namespace, service, load }: LoadRequest): LoadAnswer => {
    const before = store.get(SERVICES, namespace, service);
    if (!before) throw notFound(SERVICES, service);
    store.update(SERVICES, namespace, service, ({ metadata }) => {
      const { [LOAD_ANNOTATION]: _, ...others } = metadata.annotations ?? {};
      metadata.annotations = load === null ? others : { ...others, [LOAD_ANNOTATION]: JSON.stringify(load) };
    });
    runtime.settle();
    return { previous: serviceLoad(before).shape };
  };

  return (request) => {
    const { method } = request;
    const [subject, namespace, ...rest] = request.path.slice(CONTROL_ROOT.length + 1).split('/');
    const path = namespace === undefined ? subject : `${subject}/*`;
    if (rest.length > 0) throw noSuchPath();
    switch (`${method} ${path}`) {
      case 'GET ':
        return { code: 200, json: info() };
      case 'POST load':
        return { code: 200, json: setLoad(bodyAs(LoadRequest, request)) };
      case 'POST scenario': {
        const answer = setScenario(store, bodyAs(ScenarioRequest, request));
        runtime.settle();
        return { code: 200, json: answer };
      }
      case 'POST simulations':
        simulations.install(bodyAs(SimulationRequest, request));
        return { code: 201, json: info() };
      case 'POST start':
        simulations.start(bodyAs(StartRequest, request));
        return { code: 200, json: info() };
      case 'GET simulations/*':
        return { code: 200, json: simulations.record(namespace ?? '') };
      case 'DELETE simulations/*':
        return { code: 200, json: { left: simulations.remove(namespace ?? '') } };
      case 'POST disturbances':
        return { code: 200, json: { text: simulations.disturb(bodyAs(Disturbance, request)) } };
      default:
        throw noSuchPath();
    }
  };
}

function bodyAs<T>(schema: z.ZodType<T>, request: HttpRequest): T {
  const parsed = schema.safeParse(parseBody(request));
  if (parsed.success) return parsed.data;
  throw badRequest(
    `the body of ${request.method} ${request.path} is invalid: ${describeIssues(parsed.error)}`,
  );
}

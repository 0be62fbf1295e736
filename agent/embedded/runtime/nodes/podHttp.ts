import type { SimPod } from '../../../sim/pod';
import type { Random } from '../../../sim/random';
import type { PodBehaviour } from '../podSettings';
import type { RequestCounts } from '../traffic/requestCounts';

/** The path that the load of a Service asks for. */
export const LOAD_PATH = '/';
/** Answered by every app, whatever is wrong with it. */
export const VERSION_PATH = '/version';

/** What something in the way does to the HTTP requests of a pod that go to one port and match a path. */
export interface HttpRule {
  port: number;
  /** With `*` for any characters and `?` for one. */
  path: string;
  abort: boolean;
  delaySeconds: number;
  /** In place of the answer's own. */
  status: number | null;
}

/** A pod as a client on the network sees it. */
export interface HttpServer {
  readonly sim: SimPod;
  readonly behaviour: PodBehaviour;
  /** The process has started to serve. */
  readonly isServing: boolean;
  /** Where it listens; empty means everywhere. */
  readonly ports: readonly number[];
  readonly httpRules: readonly HttpRule[];
  /** Of an app that declares routes. */
  readonly requests?: RequestCounts | null;
}

/** What becomes of a request: an answer, nobody listening, a cut connection, or silence. */
export type HttpOutcome =
  | { kind: 'answered'; status: number; latencySeconds: number }
  | { kind: 'refused' }
  | { kind: 'reset'; afterSeconds: number }
  | { kind: 'lost' };

/**
 * What a GET of a path gets now. Like any request it waits in the pod's queue; the paths for health are answered even
 * when the queue is full, and need neither other Services nor files.
 */
export function requestPod(
  server: HttpServer,
  { port, path }: { port: number; path: string },
  random: Random,
): HttpOutcome {
  const { sim, ports } = server;
  if (!server.isServing || !sim.running || !listens(ports, port)) return { kind: 'refused' };
  if (chance(sim.faults.lossShare, random)) return { kind: 'lost' };
  const own = effectOf(server.httpRules, port, path);
  if (own.abort) return { kind: 'reset', afterSeconds: own.delaySeconds };
  const isLoad = path === LOAD_PATH || server.requests?.routeOf(path) !== undefined;
  if (isLoad && chance(sim.refusedShare, random)) {
    return { kind: 'answered', status: 503, latencySeconds: 0.001 + own.delaySeconds };
  }
  const latencySeconds = latencyOf(server, isLoad, random) + own.delaySeconds;
  if (latencySeconds > sim.model.timeoutSeconds) {
    return { kind: 'answered', status: 504, latencySeconds: sim.model.timeoutSeconds };
  }
  return { kind: 'answered', status: own.status ?? statusOf(server, path, random), latencySeconds };
}

/** Whether a request for that path gets through, how much later, and with which answer. Any port, where undefined. */
export function effectOf(
  rules: readonly HttpRule[],
  port: number | undefined,
  path: string,
): { abort: boolean; delaySeconds: number; status: number | null } {
  const matching = rules.filter(
    (rule) => (port === undefined || rule.port === port) && globMatches(rule.path, path),
  );
  return {
    abort: matching.some(({ abort }) => abort),
    delaySeconds: matching.reduce((total, { delaySeconds }) => total + delaySeconds, 0),
    status: matching.findLast(({ status }) => status !== null)?.status ?? null,
  };
}

/** As in the filter of Chaos Mesh's HTTP proxy: `*` stands for any characters, `?` for one. */
export function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .split('')
    .map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(text);
}

function listens(ports: readonly number[], port: number): boolean {
  return ports.length === 0 || ports.includes(port);
}

function statusOf({ sim, behaviour, requests }: HttpServer, path: string, random: Random): number {
  const route = requests?.routeOf(path)?.route;
  if (route !== undefined && chance(requests?.brokenShares.get(route) ?? 0, random)) return 500;
  if (route !== undefined || path === LOAD_PATH) return chance(sim.faults.errorShare, random) ? 500 : 200;
  return path === VERSION_PATH || behaviour.paths.includes(path) ? 200 : 404;
}

/** Without what delays the requests for this one path. */
function latencyOf({ sim, ports, httpRules }: HttpServer, isLoad: boolean, random: Random): number {
  const { faults } = sim;
  // The pod's own figure contains what delays its load.
  const shift = sim.latencyShiftSeconds - effectOf(httpRules, ports[0], LOAD_PATH).delaySeconds;
  const jitter = faults.delayJitterSeconds === 0 ? 0 : faults.delayJitterSeconds * random.gaussian();
  const slow = isLoad && chance(faults.slowShare, random) ? faults.slowSeconds : 0;
  return Math.max(0, shift + jitter) + slow + random.exponential(sim.latencyThetaSeconds);
}

function chance(share: number, random: Random): boolean {
  return share > 0 && (share >= 1 || random.uniform() < share);
}

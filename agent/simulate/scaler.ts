import { join } from 'node:path';
import { type Config, DEFAULT_CONFIG } from '../config/schema';
import { fixedConfig } from '../config/source';
import { CoxswainError, type ScalingState } from '../protocol';
import { Agent } from '../server/agent';
import { programHealService } from '../tasks/heal/service/programHealService';
import { APP_NAME, HPA, SLO_SECONDS } from './arrangement';

export interface ScalerOptions {
  version: string;
  assetsDirectory: string;
  /** Where it keeps its journal; not the user's. */
  directory: string;
  kubeconfig: string;
  namespace: string;
  /** A rule, or a version of `scale` such as `3` or `shipped-…`; what steers by default where undefined. */
  policy: string | undefined;
  log(text: string): void;
}

/** An agent whose only workload is the app of a simulation, which it may take over by itself. */
export interface Scaler {
  /** Null as long as the scaler does not know the workload. */
  state(): ScalingState | null;
  close(): Promise<void>;
}

type Rule = Config['scale']['policy'];
const RULES: Readonly<Record<Rule, true>> = {
  predictive: true,
  quantile: true,
  hpa: true,
  'do-nothing': true,
};

export async function startScaler(options: ScalerOptions): Promise<Scaler> {
  const { version, assetsDirectory, directory, kubeconfig, namespace, policy, log } = options;
  const rule = isRule(policy) ? policy : undefined;
  const agent = await Agent.start({
    version,
    assetsDirectory,
    stateDirectory: join(directory, 'agent'),
    createHealService: programHealService(options),
    openConfig: () => fixedConfig(scalerConfig(namespace, rule)),
    trusted: true,
    log,
  });
  try {
    if (policy !== undefined && rule === undefined) await promote(agent, policy);
    await agent.handle('connect', { kubeconfig }, 'simulation');
  } catch (error) {
    await agent.close('the simulation could not begin');
    throw error;
  }
  const id = `${namespace}/Deployment/${APP_NAME}`;
  return {
    state: () => agent.snapshot().scaling.find((scaling) => scaling.id === id) ?? null,
    close: () => agent.close('the simulation is over'),
  };
}

/** Whether it has taken the app over from its HPA, in this life of the agent. */
export function isTakenOver(state: ScalingState | null): boolean {
  return state?.autoscalers.some(({ handover }) => handover?.how === 'own' && handover.ours) ?? false;
}

/** Who decides, for people: it need not have been learned. */
export function scalerTitle({ policy: { name, version } }: Pick<ScalingState, 'policy'>): string {
  return isRule(name) ? `scaler by the rule ${name}` : `learned scaler (${name} ${version})`;
}

/** The user's defaults, but for what lets it take over by itself, and only this one app. */
function scalerConfig(namespace: string, rule: Rule | undefined): Partial<Config> {
  const { scale, guard, slo } = DEFAULT_CONFIG;
  const bounds = { minReplicas: HPA.minReplicas, maxReplicas: HPA.maxReplicas };
  return {
    mode: 'auto',
    namespaces: [namespace],
    slo: { ...slo, latencyP95: SLO_SECONDS * 1000 },
    scale: { ...scale, ...(rule && { policy: rule }) },
    guard: { ...guard, ...bounds },
    workloads: {
      [`${namespace}/${APP_NAME}`]: { observeOnly: false, scale: { steering: 'own', ...bounds } },
    },
  };
}

/** Of those that come with Coxswain: the agent of a simulation has no store of its own. */
async function promote(agent: Agent, policy: string): Promise<void> {
  const { models } = await agent.handle('models', {}, 'simulation');
  const known = models.filter(({ task }) => task === 'scale');
  const found = known.find(({ version, shippedAs }) => shippedAs === policy || String(version) === policy);
  if (!found) {
    const names = known.flatMap(({ shippedAs }) => shippedAs ?? []);
    throw new CoxswainError(
      'usage',
      `There is no policy "${policy}" for scaling.`,
      `Name a rule (${Object.keys(RULES).join(', ')})${names.length > 0 ? ` or one of ${names.join(', ')}` : ''}.`,
    );
  }
  const params = { task: 'scale', version: found.version, confirmed: true } as const;
  await agent.handle('promoteModel', params, 'simulation');
}

function isRule(policy: string | undefined): policy is Rule {
  return policy !== undefined && Object.hasOwn(RULES, policy);
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import * as z from 'zod';
import { type ClockMapping, REAL_TIME } from '../clock';
import { CoxswainError, type KubeContext } from '../protocol';
import { isLoopback } from '../rest/hosts';
import {
  type Extensions,
  type KubeconfigFile,
  type NamedCluster,
  type NamedContext,
  type NamedUser,
  parseKubeconfigFile,
} from './kubeconfigFile';

/** Everything that the user's kubeconfig says, before a context is chosen. Holds secrets: never log it. */
export interface Kubeconfig extends KubeconfigFile {
  /** Where it was read, for messages: one or more paths, or the service account. */
  source: string;
}

export interface KubeconfigOptions {
  /** An explicit file; then nothing else is looked at. */
  path?: string | undefined;
  env?: NodeJS.ProcessEnv;
  home?: string;
  /** Where a pod's service account is mounted, `/` in production. */
  root?: string;
}

/**
 * Reads the explicit file, else the files of `$KUBECONFIG`, else `~/.kube/config`, else the service account of the
 * pod that we run in. Throws `kubeconfig-missing` or `kubeconfig-invalid` (with file and line).
 */
export function loadKubeconfig(options: KubeconfigOptions = {}): Kubeconfig {
  const { env = process.env, home = homedir(), root = '' } = options;
  const path = options.path?.replace(/^~(?=[/\\])/, home);
  const paths = path ? [path] : pathsFrom(env, home);
  const files = paths.flatMap((file) => readIfPresent(file));
  if (files.length > 0) return merge(files);
  const inCluster = path ? null : fromServiceAccount(env, root);
  if (inCluster) return inCluster;
  throw new CoxswainError(
    'kubeconfig-missing',
    `No kubeconfig at ${paths.join(', ')}.`,
    'Set `kubeconfig` or $KUBECONFIG to a kubeconfig file, or start the embedded cluster.',
  );
}

/** The contexts in the order of the files. */
export function listContexts(kubeconfig: Kubeconfig): KubeContext[] {
  return [...kubeconfig.contexts.values()].map(({ name, context }) => ({
    name,
    cluster: context.cluster,
    user: context.user ?? '',
    namespace: context.namespace ?? null,
    server: kubeconfig.clusters.get(context.cluster)?.cluster.server ?? '',
    current: name === kubeconfig.currentContext,
  }));
}

/** One context with its cluster and user. */
export interface ResolvedContext {
  name: string;
  /**
   * Namespaces that may be acted on where the config lists none: those of the context's extension
   * `coxswain.dev/namespaces` where the cluster is on this machine, else the one that the context names.
   */
  namespaces: readonly string[];
  source: string;
  cluster: NamedCluster;
  user: NamedUser;
  /** From the cluster's extension `coxswain.dev/clock`. */
  clock: ClockMapping;
}

/**
 * The named context, or the current one. Throws `context-unknown`, which names the known ones, or
 * `kubeconfig-invalid` where the context refers to a cluster or user that is not there.
 */
export function resolveContext(kubeconfig: Kubeconfig, requested?: string): ResolvedContext {
  const name = requested ?? kubeconfig.currentContext;
  const entry = name === null ? undefined : kubeconfig.contexts.get(name);
  if (!entry) throw unknownContext(kubeconfig, name);
  const cluster = kubeconfig.clusters.get(entry.context.cluster);
  if (!cluster) throw dangling(kubeconfig, entry.name, 'cluster', entry.context.cluster);
  const userName = entry.context.user;
  const user = userName ? kubeconfig.users.get(userName) : { name: 'anonymous', user: {} };
  if (!user) throw dangling(kubeconfig, entry.name, 'user', userName ?? '');
  return {
    name: entry.name,
    namespaces: namespacesOf(entry, cluster, kubeconfig.source),
    source: kubeconfig.source,
    cluster,
    user,
    clock: clockOf(cluster, kubeconfig.source),
  };
}

const CLOCK_EXTENSION = 'coxswain.dev/clock';
const ClockExtension = z.object({
  originMs: z.number(),
  wallOriginMs: z.number(),
  rate: z.number().positive(),
});

function clockOf({ name, cluster: { extensions } }: NamedCluster, source: string): ClockMapping {
  const where = `${source}: the extension ${CLOCK_EXTENSION} of cluster ${name}`;
  return readExtension(extensions, CLOCK_EXTENSION, ClockExtension, where) ?? REAL_TIME;
}

const NAMESPACES_EXTENSION = 'coxswain.dev/namespaces';
const NamespacesExtension = z.object({ namespaces: z.array(z.string().min(1)) });

/** The kubeconfig of a cluster far away comes from somebody else: it does not say where Coxswain may act. */
function namespacesOf(
  { name, context }: NamedContext,
  { cluster }: NamedCluster,
  source: string,
): readonly string[] {
  const { extensions, namespace } = context;
  const where = `${source}: the extension ${NAMESPACES_EXTENSION} of context ${name}`;
  const found = isOnThisMachine(cluster.server)
    ? readExtension(extensions, NAMESPACES_EXTENSION, NamespacesExtension, where)
    : null;
  if (found) return found.namespaces;
  return namespace === undefined ? [] : [namespace];
}

function isOnThisMachine(server: string): boolean {
  return URL.canParse(server) && isLoopback(new URL(server).hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** @param where for the message. @returns null where there is none of this name */
function readExtension<T>(
  extensions: Extensions,
  name: string,
  schema: z.ZodType<T>,
  where: string,
): T | null {
  const found = extensions?.find((extension) => extension.name === name);
  if (!found) return null;
  const parsed = schema.safeParse(found.extension);
  if (parsed.success) return parsed.data;
  throw new CoxswainError(
    'kubeconfig-invalid',
    `${where} is invalid: ${z.prettifyError(parsed.error)}`,
    'Start the embedded cluster again; it writes this extension.',
  );
}

function pathsFrom(env: NodeJS.ProcessEnv, home: string): string[] {
  const listed = env.KUBECONFIG?.split(delimiter).filter((file) => file !== '') ?? [];
  return listed.length > 0 ? listed : [join(home, '.kube', 'config')];
}

function readIfPresent(path: string): KubeconfigFile[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CoxswainError(
      'kubeconfig-invalid',
      `Cannot read the kubeconfig ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'Make the file readable for your user, or name another one.',
    );
  }
  return [parseKubeconfigFile(text, path)];
}

/** As kubectl merges: the first file that names an entry, or a current context, wins. */
function merge(files: readonly KubeconfigFile[]): Kubeconfig {
  const backwards = files.toReversed();
  return {
    path: files[0]?.path ?? '',
    source: files.map((file) => file.path).join(', '),
    currentContext: files.find((file) => file.currentContext !== null)?.currentContext ?? null,
    clusters: new Map(backwards.flatMap((file) => [...file.clusters])),
    users: new Map(backwards.flatMap((file) => [...file.users])),
    contexts: new Map([...files, ...backwards].flatMap((file) => [...file.contexts])),
  };
}

function fromServiceAccount(env: NodeJS.ProcessEnv, root: string): Kubeconfig | null {
  if (!env.KUBERNETES_SERVICE_HOST) return null;
  const config = new KubeConfig();
  config.loadFromCluster(root);
  return {
    ...parseKubeconfigFile(config.exportConfig(), join(root, '/')),
    source: 'the pod’s service account',
  };
}

function unknownContext(kubeconfig: Kubeconfig, name: string | null): CoxswainError {
  const known = [...kubeconfig.contexts.keys()];
  const what =
    name === null
      ? `No current context in ${kubeconfig.source}.`
      : `No context "${name}" in ${kubeconfig.source}.`;
  return new CoxswainError(
    'context-unknown',
    what,
    known.length > 0
      ? `Choose one of: ${known.join(', ')}.`
      : 'The kubeconfig has no contexts: choose another one.',
  );
}

function dangling(kubeconfig: Kubeconfig, context: string, kind: string, name: string): CoxswainError {
  return new CoxswainError(
    'kubeconfig-invalid',
    `${kubeconfig.source}: context "${context}" names the ${kind} "${name}", which is not there.`,
    `Add the ${kind} to the kubeconfig, or choose another context.`,
  );
}

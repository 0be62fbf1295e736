import { dirname, isAbsolute, join } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { CoxswainError } from '../protocol';

const Extensions = z.array(z.object({ name: z.string(), extension: z.unknown() })).nullish();
export type Extensions = z.infer<typeof Extensions>;

const Cluster = z.looseObject({
  server: z.string().min(1),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  extensions: Extensions,
});

export const ExecConfig = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
export type ExecConfig = z.infer<typeof ExecConfig>;

const User = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  exec: ExecConfig.nullish(),
});

const NamedCluster = z.object({ name: z.string().min(1), cluster: Cluster });
const NamedUser = z.object({
  name: z.string().min(1),
  user: User.nullish().transform((user) => user ?? {}),
});
const NamedContext = z.object({
  name: z.string().min(1),
  context: z.object({
    cluster: z.string(),
    user: z.string().optional(),
    namespace: z.string().optional(),
    extensions: Extensions,
  }),
});
export type NamedCluster = z.infer<typeof NamedCluster>;
export type NamedUser = z.infer<typeof NamedUser>;
export type NamedContext = z.infer<typeof NamedContext>;

const File = z.looseObject({
  'current-context': z.string().nullish(),
  clusters: z.array(NamedCluster).nullish(),
  users: z.array(NamedUser).nullish(),
  contexts: z.array(NamedContext).nullish(),
});

/** One kubeconfig file, its paths made absolute. */
export interface KubeconfigFile {
  path: string;
  currentContext: string | null;
  clusters: ReadonlyMap<string, NamedCluster>;
  users: ReadonlyMap<string, NamedUser>;
  contexts: ReadonlyMap<string, NamedContext>;
}

/** Throws `kubeconfig-invalid` with the file and the line. Messages never quote the file: it holds secrets. */
export function parseKubeconfigFile(text: string, path: string): KubeconfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntaxError] = document.errors;
  if (syntaxError) throw invalid(path, lines.linePos(syntaxError.pos[0]).line, syntaxError.message);
  const parsed = File.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path ?? [];
    throw invalid(path, lineOf(document, lines, where), `${where.join('.')}: ${issue?.message ?? 'invalid'}`);
  }
  const file = parsed.data;
  const folder = dirname(path);
  return {
    path,
    currentContext: file['current-context'] || null,
    clusters: byName((file.clusters ?? []).map((entry) => absoluteCluster(entry, folder))),
    users: byName((file.users ?? []).map((entry) => absoluteUser(entry, folder))),
    contexts: byName(file.contexts ?? []),
  };
}

function byName<T extends { name: string }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.toReversed().map((entry) => [entry.name, entry]));
}

function absoluteCluster(entry: NamedCluster, folder: string): NamedCluster {
  return { ...entry, cluster: withAbsolute(entry.cluster, ['certificate-authority'], folder) };
}

function absoluteUser(entry: NamedUser, folder: string): NamedUser {
  const user = withAbsolute(entry.user, ['client-certificate', 'client-key', 'tokenFile'], folder);
  const command = user.exec?.command;
  // As kubectl does: a bare name is looked up in $PATH, a relative path is relative to the kubeconfig.
  if (user.exec && command && /[\\/]/.test(command)) {
    return { ...entry, user: { ...user, exec: { ...user.exec, command: absolute(command, folder) } } };
  }
  return { ...entry, user };
}

function withAbsolute<T extends Record<string, unknown>>(
  value: T,
  keys: readonly string[],
  folder: string,
): T {
  const changed = keys.flatMap((key) => {
    const path = value[key];
    return typeof path === 'string' && path !== '' ? [[key, absolute(path, folder)] as const] : [];
  });
  return { ...value, ...Object.fromEntries(changed) };
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** The line of the innermost node on the way to `path` that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function invalid(path: string, line: number, problem: string): CoxswainError {
  return new CoxswainError(
    'kubeconfig-invalid',
    `The kubeconfig ${path} is invalid at line ${line}: ${problem}`,
    'Correct the file, or name another one.',
  );
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

/** Whose analyses there are, with the kind of their objects. */
const KINDS = { 'argo-rollouts': 'AnalysisTemplate', flagger: 'MetricTemplate' } as const;

const Template = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/** Reads an analysis that comes with Coxswain, as YAML; null where there is none of that name. */
export function shippedAnalyses(
  assetsDirectory: string,
): (kind: keyof typeof KINDS, name: string) => string | null {
  const directory = join(assetsDirectory, 'analysis');
  return (kind, name) => {
    if (!existsSync(directory)) return null;
    for (const file of readdirSync(directory).filter((each) => each.endsWith('.yaml'))) {
      for (const document of parseAllDocuments(readFileSync(join(directory, file), 'utf8'))) {
        const { data } = Template.safeParse(document.toJSON());
        if (data?.kind === KINDS[kind] && data.metadata.name === name) return document.toString();
      }
    }
    return null;
  };
}

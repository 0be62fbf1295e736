import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import * as z from 'zod';
import { ensurePrometheus } from '../e2e/harness/tools';
import { freePort } from '../support/freePort';

/** The programs of Debian's package, or why they are not there. */
export type Prometheus = { prometheus: string; promtool: string } | { missing: string };

export function findPrometheus(): Prometheus {
  try {
    const prometheus = ensurePrometheus();
    return { prometheus, promtool: join(dirname(prometheus), 'promtool') };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** What promtool says; throws with it where it is not content. */
export function runPromtool(promtool: string, args: readonly string[], cwd: string, input = ''): string {
  return execFileSync(promtool, args, { cwd, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

const Sample = z.tuple([z.number(), z.string()]);
const Answer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data: z.unknown() }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);
const Series = z.object({ metric: z.record(z.string(), z.string()), values: z.array(Sample) });
const Vector = z.object({
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Sample })),
});
const Rules = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ name: z.string(), lastError: z.string().optional() })) }),
  ),
});

export type VectorSample = z.infer<typeof Vector>['result'][number];

/** A real Prometheus that runs on a configuration of ours. */
export class PrometheusProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  /** @param directory for its configuration and its data */
  static async start(program: string, directory: string, config: unknown): Promise<PrometheusProcess> {
    const path = join(directory, 'prometheus.yaml');
    writeFileSync(path, stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      program,
      [
        `--config.file=${path}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const running = new PrometheusProcess(`http://${address}`, child);
    await running.#untilReady();
    return running;
  }

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  async instant(query: string): Promise<VectorSample[]> {
    return Vector.parse(await this.#ask('query', { query })).result;
  }

  async range(query: string, fromSeconds: number, untilSeconds: number): Promise<z.infer<typeof Series>[]> {
    const params = { query, start: String(fromSeconds), end: String(untilSeconds), step: '1' };
    return z.object({ result: z.array(Series) }).parse(await this.#ask('query_range', params)).result;
  }

  async labelValues(label: string, match: string): Promise<string[]> {
    return z.array(z.string()).parse(await this.#ask(`label/${label}/values`, { 'match[]': match }));
  }

  /** The rules that it has loaded, with what went wrong when it evaluated them. */
  async rules(): Promise<{ name: string; lastError?: string | undefined }[]> {
    return Rules.parse(await this.#ask('rules', {})).groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #ask(path: string, params: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(params)}`);
    const answer = Answer.parse(await response.json());
    if (answer.status === 'error') throw new Error(`${answer.error}, in ${params.query ?? path}`);
    return answer.data;
  }

  async #untilReady(): Promise<void> {
    while (this.#child.exitCode === null && this.#child.signalCode === null) {
      const response = await fetch(`${this.url}/-/ready`).catch(() => null);
      if (response?.ok) return;
      await setTimeout(100);
    }
    throw new Error(`Prometheus has ended with ${this.#child.exitCode ?? this.#child.signalCode}.`);
  }
}

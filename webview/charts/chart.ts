import uPlot from 'uplot';
import { formatSigned } from '../format';
import type { ChartSpec, SeriesSpec } from './chartSpecs';
import { element, setText } from './dom';
import { drawBands, drawLimit, drawLines, drawNothing } from './drawMarks';
import type { Scene } from './frame';
import { translucent } from './palette';
import { plotOptions } from './plot';

const LINES = {
  main: { width: 1.75, opacity: 1, dash: [] },
  thin: { width: 1.25, opacity: 0.6, dash: [] },
  dashed: { width: 1.25, opacity: 0.9, dash: [4, 3] },
} satisfies Record<SeriesSpec['line'], object>;

/** One small multiple: a heading with the values at the cursor, and the curves. */
export class Chart {
  readonly plot: uPlot;
  readonly #spec: ChartSpec;
  readonly #scene: Scene;
  readonly #box: HTMLElement;
  readonly #values: HTMLElement[];
  readonly #terms = element('span', 'chart-terms');

  constructor(host: HTMLElement, spec: ChartSpec, scene: Scene) {
    this.#spec = spec;
    this.#scene = scene;
    const keys = spec.series.map(({ label, line, colour }) => {
      const key = element('span', `chart-key key-${line} key-${colour}`, label);
      key.append(element('b', 'chart-value'));
      return key;
    });
    this.#values = keys.flatMap((key) => [...key.querySelectorAll('b')]);
    const head = element('div', 'chart-head');
    head.append(element('span', 'chart-title', spec.title), this.#terms, ...keys);
    this.#box = element('div', 'chart-plot');
    this.#box.setAttribute('role', 'img');
    const section = element('div', 'chart');
    section.append(head, this.#box);
    host.append(section);
    this.plot = new uPlot(this.#options(), [[]], this.#box);
  }

  /** New values; drawn when the panel moves the time axis. */
  setData(): void {
    const { columns } = this.#scene.frame;
    this.plot.setData([columns.atMs, ...this.#spec.series.map(({ column }) => columns[column])], false);
  }

  /** The values under the cursor, or the latest. */
  updateLegend(): void {
    const { columns, slo } = this.#scene.frame;
    const index = this.plot.cursor.idx ?? columns.atMs.length - 1;
    const texts = this.#spec.series.map(({ column, format }) => {
      const value = columns[column][index];
      return value === null || value === undefined ? '—' : format(value);
    });
    for (const [i, value] of this.#values.entries()) setText(value, texts[i] ?? '');
    if (this.#spec.series.some(({ column }) => column === 'reward')) {
      setText(this.#terms, describeTerms(columns.rewardTerms[index] ?? {}));
    }
    const spoken = this.#spec.series.map(({ label }, i) => `${label} ${texts[i]}`);
    const limit = this.#spec.limit ? [`objective ${this.#spec.formatTick(this.#spec.limit(slo))}`] : [];
    const label = `${this.#spec.title}: ${[...spoken, ...limit].join(', ')}`;
    if (this.#box.ariaLabel !== label) this.#box.ariaLabel = label;
  }

  #options(): uPlot.Options {
    const { range, formatTick, tickStep } = this.#spec;
    return plotOptions(this.#scene, {
      times: false,
      y: { range: (_plot, min, max) => range(min, max, this.#limit() ?? 0) },
      yAxis: {
        space: 20,
        values: (_plot, splits) => splits.map(formatTick),
        ...(tickStep && { incrs: [1, 2, 5, 10, 20, 50, 100].map((step) => step * tickStep) }),
      },
      series: [{}, ...this.#spec.series.map((series) => this.#series(series))],
      hooks: {
        drawClear: [(plot) => drawBands(plot, this.#scene)],
        draw: [(plot) => this.#draw(plot)],
        setCursor: [() => this.updateLegend()],
      },
    });
  }

  #series({ colour, line, stepped, clipped, label }: SeriesSpec): uPlot.Series {
    const { width, opacity, dash } = LINES[line];
    const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    return {
      label,
      scale: 'y',
      auto: !clipped,
      width,
      dash,
      stroke: () => translucent(this.#scene.palette[colour], opacity),
      points: { show: false },
      ...(line === 'main' && { fill: () => translucent(this.#scene.palette[colour], 0.08) }),
      ...(paths && { paths }),
    };
  }

  #draw(plot: uPlot): void {
    const limit = this.#limit();
    if (limit !== undefined) drawLimit(plot, this.#scene, limit, `SLO ${this.#spec.formatTick(limit)}`);
    drawLines(plot, this.#scene);
    if (!this.#hasValues()) drawNothing(plot, this.#scene);
  }

  #limit(): number | undefined {
    return this.#spec.limit?.(this.#scene.frame.slo);
  }

  #hasValues(): boolean {
    const { columns, nowMs, windowMs } = this.#scene.frame;
    const first = columns.atMs.findIndex((atMs) => atMs >= nowMs - windowMs);
    if (first < 0) return false;
    return this.#spec.series.some(({ column }) =>
      columns[column].some((value, i) => i >= first && value !== null),
    );
  }
}

function describeTerms(terms: Readonly<Record<string, number>>): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${formatSigned(value)}`)
    .join('   ');
}

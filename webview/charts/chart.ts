import uPlot from 'uplot';
import { element, setText } from './dom';
import { drawLimit, drawNothing } from './drawMarks';
import type { Frame, Scene } from './frame';
import { translucent } from './palette';
import { plotOptions } from './plot';
import type { ChartSpec, Limit, PanelRow, PanelSpec, SeriesSpec } from './spec';

const LINES = {
  main: { width: 1.75, opacity: 1, dash: [] },
  plain: { width: 1.75, opacity: 1, dash: [] },
  thin: { width: 1.25, opacity: 0.6, dash: [] },
  dashed: { width: 1.25, opacity: 0.9, dash: [4, 3] },
  dots: { width: 0, opacity: 1, dash: [] },
} satisfies Record<SeriesSpec<Frame>['line'], object>;
const DOT_SIZE = 6;

/** One small multiple: a heading with the values at the cursor, and the curves. */
export class Chart<F extends Frame> implements PanelRow {
  readonly plot: uPlot;
  readonly #spec: ChartSpec<F>;
  readonly #scene: Scene<F>;
  readonly #panel: PanelSpec<F>;
  readonly #box: HTMLElement;
  readonly #values: HTMLElement[];
  readonly #note = element('span', 'chart-note');

  constructor(
    host: HTMLElement,
    spec: ChartSpec<F>,
    parts: { scene: Scene<F>; panel: PanelSpec<F>; labelled: boolean },
  ) {
    this.#spec = spec;
    this.#scene = parts.scene;
    this.#panel = parts.panel;
    const keys = spec.series.map(({ label, line, colour }) => {
      const key = element('span', `chart-key key-${line} key-${colour}`, label);
      key.append(element('b', 'chart-value'));
      return key;
    });
    this.#values = keys.flatMap((key) => [...key.querySelectorAll('b')]);
    const head = element('div', 'chart-head');
    head.append(element('span', 'chart-title', spec.title), this.#note, ...keys);
    this.#box = element('div', 'chart-plot');
    this.#box.setAttribute('role', 'img');
    const section = element('div', 'chart');
    section.append(head, this.#box);
    host.append(section);
    this.plot = new uPlot(this.#options(parts.labelled), [[]], this.#box);
  }

  setData(): void {
    const { frame } = this.#scene;
    this.plot.setData([frame.xs, ...this.#spec.series.map(({ values }) => [...values(frame)])], false);
  }

  updateLegend(): void {
    const { frame } = this.#scene;
    const { series, note, title } = this.#spec;
    const index = this.plot.cursor.idx ?? frame.xs.length - 1;
    const texts = series.map((one) => textAt(one, frame, index));
    for (const [i, value] of this.#values.entries()) setText(value, texts[i] ?? '');
    if (note) setText(this.#note, note(frame, index));
    const spoken = series.map(({ label }, i) => `${label} ${texts[i]}`);
    for (const limit of this.#limits()) spoken.push(this.#limitText(limit));
    const label = `${title}: ${spoken.join(', ')}`;
    if (this.#box.ariaLabel !== label) this.#box.ariaLabel = label;
  }

  #options(labelled: boolean): uPlot.Options {
    const { range, formatTick, tickStep, series } = this.#spec;
    return plotOptions(this.#scene, {
      axis: this.#panel.axis,
      labelled,
      y: { range: (_plot, min, max) => range(min, max, this.#greatestLimit()) },
      yAxis: {
        space: 20,
        values: (_plot, splits) => splits.map(formatTick),
        ...(tickStep && { incrs: [1, 2, 5, 10, 20, 50, 100].map((step) => step * tickStep) }),
      },
      series: [{}, ...series.map((one) => this.#series(one))],
      hooks: {
        drawClear: [(plot) => this.#panel.behind?.(plot, this.#scene)],
        draw: [(plot) => this.#draw(plot)],
        setCursor: [() => this.updateLegend()],
      },
    });
  }

  #series({ colour, line, stepped, clipped, sparse, label }: SeriesSpec<F>): uPlot.Series {
    const { width, opacity, dash } = LINES[line];
    const stroke = () => translucent(this.#scene.palette[colour], opacity);
    const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    return {
      label,
      scale: 'y',
      auto: !clipped,
      width,
      dash,
      stroke,
      spanGaps: sparse ?? false,
      points: line === 'dots' ? { show: true, size: DOT_SIZE, width: 0, fill: stroke } : { show: false },
      ...(line === 'main' && { fill: () => translucent(this.#scene.palette[colour], 0.08) }),
      ...(line === 'dots' && { paths: () => null }),
      ...(paths && { paths }),
    };
  }

  #draw(plot: uPlot): void {
    for (const limit of this.#limits()) drawLimit(plot, this.#scene, limit, this.#limitText(limit));
    this.#panel.before?.(plot, this.#scene, this.#spec);
    if (!this.#hasValues()) drawNothing(plot, this.#scene);
  }

  #limits(): readonly Limit[] {
    return this.#spec.limits?.(this.#scene.frame) ?? [];
  }

  #greatestLimit(): number | null {
    const values = this.#limits().map(({ value }) => value);
    return values.length === 0 ? null : Math.max(...values);
  }

  #limitText({ name, value }: Limit): string {
    return `${name} ${this.#spec.formatTick(value)}`;
  }

  #hasValues(): boolean {
    const { frame } = this.#scene;
    const first = frame.xs.findIndex((x) => x >= frame.xRange[0]);
    if (first < 0) return false;
    return this.#spec.series.some(({ values }) =>
      values(frame).some((value, i) => i >= first && value !== null),
    );
  }
}

function textAt<F extends Frame>({ values, sparse, format }: SeriesSpec<F>, frame: F, index: number): string {
  const upTo = values(frame).slice(sparse ? 0 : Math.max(0, index), index + 1);
  const value = upTo.findLast((known) => known !== null);
  return value === null || value === undefined ? '—' : format(value);
}

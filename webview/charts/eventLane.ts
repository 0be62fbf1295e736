import uPlot from 'uplot';
import { formatTime } from '../../agent/protocol';
import { LANES } from '../model/marks';
import { element, setText } from './dom';
import { drawBands, drawBars, drawLines } from './drawMarks';
import type { LiveFrame, Scene } from './frame';
import { plotOptions } from './plot';
import type { AxisSpec, PanelRow } from './spec';

/** The lowest row of the panel: what lasted when, with the time axis that all charts share. */
export class EventLane implements PanelRow {
  readonly plot: uPlot;
  readonly #scene: Scene<LiveFrame>;
  readonly #box: HTMLElement;
  readonly #said: HTMLElement;

  constructor(host: HTMLElement, scene: Scene<LiveFrame>, axis: AxisSpec) {
    this.#scene = scene;
    this.#said = element('span', 'lane-text');
    const head = element('div', 'chart-head');
    head.append(element('span', 'chart-title', 'Events'), this.#said);
    this.#box = element('div', 'chart-plot');
    this.#box.setAttribute('role', 'img');
    const section = element('div', 'chart chart-lane');
    section.append(head, this.#box);
    host.append(section);
    this.plot = new uPlot(this.#options(axis), [[]], this.#box);
  }

  setData(): void {
    const { xs } = this.#scene.frame;
    this.plot.setData([xs, xs.map(() => null)], false);
  }

  /** What lasted at the time of the cursor, or lasts now. */
  updateLegend(): void {
    const { xs, marks, nowMs } = this.#scene.frame;
    const { idx } = this.plot.cursor;
    const cursorMs = idx === null || idx === undefined ? undefined : xs[idx];
    const atMs = cursorMs ?? nowMs;
    const texts = marks.bars
      .filter((bar) => bar.fromMs <= atMs && atMs <= (bar.toMs ?? nowMs))
      .map((bar) => `${bar.lane}: ${bar.text}`);
    const when = cursorMs === undefined ? [] : [formatTime(cursorMs)];
    const text = [...when, ...texts].join('  ·  ');
    setText(this.#said, text);
    this.#said.title = text;
    const label = `Events: ${texts.join('; ') || 'none'}`;
    if (this.#box.ariaLabel !== label) this.#box.ariaLabel = label;
  }

  #options(axis: AxisSpec): uPlot.Options {
    return plotOptions(this.#scene, {
      axis,
      labelled: true,
      // One unit of height for each lane, the first on top.
      y: { range: () => [-LANES.length, 0] },
      yAxis: {
        splits: () => LANES.map((_lane, row) => -row - 0.5),
        values: () => [...LANES],
        grid: { show: false },
      },
      series: [{}, { scale: 'y', points: { show: false } }],
      hooks: {
        drawClear: [(plot) => drawBands(plot, this.#scene)],
        draw: [
          (plot) => {
            drawLines(plot, this.#scene);
            drawBars(plot, this.#scene);
          },
        ],
        setCursor: [() => this.updateLegend()],
      },
    });
  }
}

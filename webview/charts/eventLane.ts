import uPlot from 'uplot';
import { formatTime } from '../../agent/protocol';
import { type Bar, barAt, type Lane } from '../model/marks';
import { element, setText } from './dom';
import { drawBands, drawBars, drawLines } from './drawMarks';
import type { Scene, TimeFrame } from './frame';
import { plotOptions } from './plot';
import type { AxisSpec, PanelRow } from './spec';

const LANE_TITLES: Record<Lane, string> = {
  experiment: 'chaos run',
  fault: 'fault',
  incident: 'incident',
  handover: 'handover',
  release: 'release',
  finding: 'finding',
  proposal: 'proposal',
  action: 'action',
};

/** How far beside a bar a click still means it. */
const HIT_PIXELS = 5;

/** The lowest row of the panel: what lasted when, with the time axis that all charts share. */
export class EventLane implements PanelRow {
  readonly plot: uPlot;
  readonly #scene: Scene<TimeFrame>;
  readonly #box: HTMLElement;
  readonly #said: HTMLElement;

  constructor(host: HTMLElement, scene: Scene<TimeFrame>, axis: AxisSpec) {
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
    const { over } = this.plot;
    over.addEventListener('click', (event) => this.#scene.frame.select(this.#barUnder(event)));
    over.addEventListener('mousemove', (event) => {
      const bar = this.#barUnder(event);
      over.style.cursor = bar ? 'pointer' : '';
      over.title = bar?.text ?? '';
    });
  }

  setData(): void {
    const { xs } = this.#scene.frame;
    this.plot.setData([xs, xs.map(() => null)], false);
  }

  /** What lasted at the time of the cursor, or lasts now. */
  updateLegend(): void {
    const cursorMs = this.#cursorMs();
    const texts = this.#barsAtCursor().map((bar) => `${bar.lane}: ${bar.text}`);
    const when = cursorMs === undefined ? [] : [formatTime(cursorMs)];
    const text = [...when, ...texts].join('  ·  ');
    setText(this.#said, text);
    this.#said.title = text;
    const label = `Events: ${texts.join('; ') || 'none'}`;
    if (this.#box.ariaLabel !== label) this.#box.ariaLabel = label;
  }

  choose(): void {
    const { frame } = this.#scene;
    const bars = this.#barsAtCursor();
    const index = bars.findIndex(({ id }) => id === frame.selectedId);
    frame.select(bars[(index + 1) % bars.length] ?? null);
  }

  #cursorMs(): number | undefined {
    const { idx } = this.plot.cursor;
    return idx === null || idx === undefined ? undefined : this.#scene.frame.xs[idx];
  }

  #barsAtCursor(): Bar[] {
    const { marks, lanes, nowMs } = this.#scene.frame;
    const atMs = this.#cursorMs() ?? nowMs;
    const shown = marks.bars.filter(({ lane }) => lanes.includes(lane));
    return shown.filter((bar) => bar.fromMs <= atMs && atMs <= (bar.toMs ?? nowMs));
  }

  #barUnder({ offsetX, offsetY }: MouseEvent): Bar | null {
    const { marks, lanes, nowMs } = this.#scene.frame;
    const lane = lanes[Math.floor((offsetY / this.plot.over.clientHeight) * lanes.length)];
    if (lane === undefined) return null;
    const atMs = this.plot.posToVal(offsetX, 'x');
    const toleranceMs = this.plot.posToVal(offsetX + HIT_PIXELS, 'x') - atMs;
    return barAt(marks.bars, lane, atMs, nowMs, toleranceMs);
  }

  #options(axis: AxisSpec): uPlot.Options {
    const { lanes } = this.#scene.frame;
    return plotOptions(this.#scene, {
      axis,
      labelled: true,
      // One unit of height for each lane, the first on top.
      y: { range: () => [-lanes.length, 0] },
      yAxis: {
        splits: () => lanes.map((_lane, row) => -row - 0.5),
        values: () => lanes.map((lane) => LANE_TITLES[lane]),
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

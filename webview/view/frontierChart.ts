import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Calibration } from '../../agent/protocol';
import {
  type Frontier,
  type FrontierArm,
  type FrontierAxis,
  type FrontierMark,
  frontierOf,
  hasCosts,
} from '../model/frontier';
import { formatPrice } from '../model/violationPrice';
import type { View } from './view';

const AXES: Record<FrontierAxis, { button: string; title: string }> = {
  pods: { button: 'pods', title: 'pods on average' },
  cost: { button: 'cost', title: 'cost per hour' },
};

/** From here on a text is to the left of its point, in percent of the width. */
const LEFTWARDS = 78;

/** Violations against cost: each way to scale is a line, each price of a violation a point on it. */
export function frontierChart(view: View, calibration: Calibration): TemplateResult {
  const axis = hasCosts(calibration) ? view.ui.frontierAxis : 'pods';
  const frontier = frontierOf(calibration, axis);
  const chosen =
    frontier.arms.find(({ name }) => name === view.ui.armName) ??
    frontier.arms.find(({ isRecommended }) => isRecommended);
  return html`<figure class="frontier">
    <figcaption class="title-row">
      <span class="chart-title">Late or failed requests against ${AXES[axis].title}; lower left is better</span>
      ${hasCosts(calibration) ? axisButtons(view, axis) : nothing}
    </figcaption>
    <div class="frontier-box" role="img" aria-label=${spoken(calibration, chosen)}>
      <div class="frontier-y" aria-hidden="true">
        ${frontier.yTicks.map(({ at, text }) => html`<span .style=${`top:${at}%`}>${text}</span>`)}
      </div>
      <div class="frontier-plot" aria-hidden="true">
        ${lines(frontier, chosen)} ${frontier.arms.map((arm) => marks(arm, arm === chosen))}
      </div>
      <div class="frontier-x" aria-hidden="true">
        ${frontier.xTicks.map(({ at, text }) => html`<span .style=${`left:${at}%`}>${text}</span>`)}
      </div>
    </div>
    ${legend(view, frontier, chosen)}
  </figure>`;
}

function axisButtons({ actions }: View, shown: FrontierAxis): TemplateResult {
  return html`<div class="segments small" role="group" aria-label="To the right">
    ${(Object.keys(AXES) as FrontierAxis[]).map(
      (axis) => html`<button
        aria-pressed=${axis === shown}
        @click=${() => actions.choose({ frontierAxis: axis })}
      >
        ${AXES[axis].button}
      </button>`,
    )}
  </div>`;
}

function lines({ arms, xTicks, yTicks }: Frontier, chosen: FrontierArm | undefined): TemplateResult {
  return html`<svg viewBox="0 0 100 100" preserveAspectRatio="none">
    ${yTicks.map(({ at }) => svg`<path class="grid" d="M0 ${at}H100" />`)}
    ${xTicks.map(({ at }) => svg`<path class="grid" d="M${at} 0V100" />`)}
    ${arms.map((arm) => line(arm, arm === chosen))}
  </svg>`;
}

function line({ points, role, variant }: FrontierArm, isChosen: boolean): TemplateResult {
  const path = points.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L');
  const intervals = points
    .map(({ x, y, xLow, xHigh, yLow, yHigh }) => `M${x} ${yLow}V${yHigh}M${xLow} ${y}H${xHigh}`)
    .join('');
  return svg`<g class="arm arm-${role} variant-${variant % 4} ${isChosen ? 'chosen' : ''}">
    <path class="interval" d=${intervals || nothing} />
    <path class="arm-line" d=${points.length > 1 ? `M${path}` : nothing} />
  </g>`;
}

function marks({ role, variant, points }: FrontierArm, isChosen: boolean): TemplateResult[] {
  return points.map(
    (point) => html`<span
      class="mark arm-${role} ${isChosen ? 'chosen' : ''} ${point.isRecommended ? 'recommended' : ''}"
      .style=${`left:${point.x}%;top:${point.y}%`}
      title=${point.text}
      >${symbol(variant)}${isChosen && point.hasRoom ? priceLabel(point) : nothing}</span
    >`,
  );
}

function priceLabel({ x, price, isRecommended }: FrontierMark): TemplateResult {
  return html`<small class=${x > LEFTWARDS ? 'leftwards' : ''}>W ${formatPrice(price)}${isRecommended ? ': recommended' : ''}</small>`;
}

/** The second of a role is a diamond, the third a triangle, the fourth a square: no two differ by their colour alone. */
function symbol(variant: number): TemplateResult {
  const shapes = [
    svg`<circle cx="6" cy="6" r="4" />`,
    svg`<path d="M6 1l5 5-5 5-5-5z" />`,
    svg`<path d="M6 1.5l5 9H1z" />`,
    svg`<path d="M2 2h8v8H2z" />`,
  ];
  return html`<svg class="symbol" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    ${shapes[variant % shapes.length]}
  </svg>`;
}

/** Chooses the arm that stands out and has its prices written beside its points. */
function legend({ actions }: View, { arms }: Frontier, chosen: FrontierArm | undefined): TemplateResult {
  return html`<div class="frontier-legend" role="group" aria-label="Ways to scale">
    ${arms.map(
      (arm) => html`<button
        class="arm-${arm.role}"
        aria-pressed=${arm === chosen}
        @click=${() => actions.choose({ armName: arm.name })}
      >
        ${symbol(arm.variant)} ${arm.title}
      </button>`,
    )}
  </div>`;
}

function spoken({ arms, title }: Calibration, chosen: FrontierArm | undefined): string {
  const points = chosen?.points.map(({ text }) => text).join('; ') ?? '';
  return `Frontier of ${title} with ${arms.length} ways to scale. ${points}. The table below has all of them.`;
}

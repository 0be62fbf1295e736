import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ScalingState } from '../../agent/protocol';
import { formatPrice, PRICES, positionOf, priceAt, priceText, SLIDER_STEPS } from '../model/violationPrice';
import type { View } from './view';

/** Cheaper or safer: what a late request may cost, from the next step on. */
export function priceSlider({ pendingPrice, actions }: View, scaling: ScalingState): TemplateResult {
  const price = pendingPrice ?? scaling.violationPrice;
  const onInput = (event: Event & { currentTarget: HTMLInputElement }) =>
    actions.setViolationPrice(scaling.id, priceAt(Number(event.currentTarget.value)));
  return html`<section class="price" aria-label="Price of a violation">
    <span aria-hidden="true">cheaper</span>
    <input
      id="price-slider"
      type="range"
      min="0"
      max=${SLIDER_STEPS}
      step="1"
      list="price-marks"
      aria-label="Cheaper or safer"
      aria-valuetext=${priceText(price)}
      .value=${live(String(positionOf(price)))}
      @input=${onInput}
    />
    <datalist id="price-marks">
      ${PRICES.map((mark) => html`<option value=${positionOf(mark.price)} label=${mark.name}></option>`)}
    </datalist>
    <span aria-hidden="true">safer</span>
    <output for="price-slider"
      ><b>W ${formatPrice(price)}</b> ${priceText(price)}${pendingPrice === null ? '' : ' …'}</output
    >
  </section>`;
}

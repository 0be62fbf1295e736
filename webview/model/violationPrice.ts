/** What the slider and the palette offer: the price of a violation, in pods for one pod's load that is served late. */
export const PRICES = [
  { name: 'cheap', price: 5, detail: 'Fewer pods; a short overload is accepted.' },
  { name: 'balanced', price: 20, detail: 'The default.' },
  { name: 'safe', price: 80, detail: 'More pods in reserve; hardly any request is late.' },
] as const;

/** What the agent takes. */
export const PRICE_LIMITS = { least: 0.1, most: 10_000 };

const SLIDER = { least: 2, most: 100 };
/** Positions of the slider, from cheapest to safest. */
export const SLIDER_STEPS = 100;

/** The price at a position of the slider, which is logarithmic; two significant digits are enough for people. */
export function priceAt(position: number): number {
  const { least, most } = SLIDER;
  return Number((least * (most / least) ** (position / SLIDER_STEPS)).toPrecision(2));
}

/** Where the slider stands; at its end for a price outside of it. */
export function positionOf(price: number): number {
  const { least, most } = SLIDER;
  const share = Math.log(price / least) / Math.log(most / least);
  return Math.round(SLIDER_STEPS * Math.min(1, Math.max(0, share)));
}

/** `a late request costs 20 pods: balanced` */
export function priceText(price: number): string {
  return `a late request costs ${formatPrice(price)} pods: ${leaning(price)}`;
}

export function formatPrice(price: number): string {
  return String(Number(price.toPrecision(3)));
}

/** The number in a text such as `20`, or what is wrong with it. */
export function parsePrice(text: string): { price: number } | { problem: string } {
  const price = text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
  const { least, most } = PRICE_LIMITS;
  if (price >= least && price <= most) return { price };
  return { problem: `A number from ${least} to ${most}: so many pods does one pod’s late load cost.` };
}

function leaning(price: number): string {
  if (price < 10) return 'cheaper';
  return price <= 40 ? 'balanced' : 'safer';
}

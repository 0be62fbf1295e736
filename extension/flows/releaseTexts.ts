/** What is wrong with a text as the image of a canary, or null. */
export function imageProblem(text: string, current: string): string | null {
  const image = text.trim();
  if (image === '') return 'Name an image.';
  if (/\s/.test(image)) return 'An image has no spaces in it.';
  return image === current ? 'That is the image that runs: name another one.' : null;
}

/** What is wrong with a text as a weight in percent, or null. */
export function weightProblem(text: string): string | null {
  const weight = text.trim() === '' ? Number.NaN : Number(text);
  return weight >= 0 && weight <= 100 ? null : 'A number from 0 to 100.';
}

/** A condition that cannot be read, or not be answered. The message ends with `(line:column)`, as expr writes it. */
export class ExpressionError extends Error {
  /** Of the text, from 0. */
  readonly at: number;

  constructor(message: string, text: string, at: number) {
    super(`${message} (${position(text, at)})`);
    this.name = 'ExpressionError';
    this.at = at;
  }
}

function position(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `${line}:${at - before.lastIndexOf('\n')}`;
}

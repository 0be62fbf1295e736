/**
 * The lines of a byte stream, read no faster than they are taken. Throws RangeError on a line of more than
 * `maxLineLength` characters, so that a broken server cannot fill the memory.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineLength: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield parts.join('') + text.slice(0, end);
      text = text.slice(end + 1);
      parts = [];
      length = 0;
    }
    parts.push(text);
    length += text.length;
    if (length > maxLineLength) throw new RangeError(`a line has more than ${maxLineLength} characters`);
  }
  const rest = parts.join('') + decoder.decode();
  if (rest !== '') yield rest;
}

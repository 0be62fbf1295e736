/**
 * An RE2 pattern as Prometheus uses it (whole value, `.` matches a newline) compiled to JavaScript's own engine.
 * What JavaScript has and RE2 has not (look-around, back-references) is refused. Throws SyntaxError.
 */
export function compileAnchored(pattern: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const body = flags ? pattern.slice(flags[0].length) : pattern;
  refuseForeignSyntax(body);
  return new RegExp(`^(?:${body.replaceAll('(?P<', '(?<')})$`, flags?.[1]?.includes('i') ? 'si' : 's');
}

/** The replacement of `label_replace` with `$1`, `${1}`, `$name`, `${name}` and `$$` expanded as Go does. */
export function expandReplacement(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = bare ?? braced ?? '';
    const value = /^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name];
    return value ?? '';
  });
}

function refuseForeignSyntax(body: string): void {
  const withoutEscapedBackslashes = body.replaceAll('\\\\', '');
  const foreign = /\(\?<?[=!]|\\[1-9]|\\k</.exec(withoutEscapedBackslashes);
  if (foreign) throw new SyntaxError(`invalid or unsupported Perl syntax: \`${foreign[0]}\``);
}

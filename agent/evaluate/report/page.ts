import { REPORT_STYLE } from './style';
import { escapeText } from './svg';
import { type ReportTable, tableMarkup } from './table';

/** A picture and what it shows. */
export interface Chart {
  title: string;
  svg: string;
}

/** What the colours of arms mean. */
export const ROLE_LEGEND =
  '<p><span class="key rule"></span>rules that can steer<span class="key learned"></span>learned policies' +
  '<span class="key bound"></span>bound<span class="key comparison"></span>for comparison</p>';

/** A page that needs nothing else: no script, no network, no image. @param body markup, part by part */
export function reportPage(title: string, body: readonly string[]): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title>`,
    `<style>${REPORT_STYLE}</style>`,
    '</head>',
    `<body>\n<h1>${escapeText(title)}</h1>\n${body.join('\n')}\n</body>`,
    '</html>\n',
  ].join('\n');
}

/** What follows from the results, before all figures. */
export function verdictMarkup(conclusions: readonly string[], arms: readonly string[]): string {
  const list = arms.map((text) => `<li>${escapeText(text)}</li>`).join('');
  return `<div class="verdict">${conclusions.map((text) => paragraph(text)).join('')}</div>\n<ul>${list}</ul>`;
}

/** A table below its heading, with the charts of its figures. */
export function section(table: ReportTable, charts: readonly Chart[]): string {
  const figures = charts.map(({ title, svg }) => figure(title, svg)).join('');
  return `<h2>${escapeText(table.title)}</h2>${figures}${tableMarkup(table)}${paragraph(table.note, 'note')}`;
}

export function figure(title: string, svg: string, className = 'wide'): string {
  return `<figure class="${className}"><figcaption>${escapeText(title)}</figcaption>${svg}</figure>`;
}

/** @returns nothing for no text */
export function paragraph(text: string, className?: string): string {
  if (text === '') return '';
  return `<p${className ? ` class="${className}"` : ''}>${escapeText(text)}</p>`;
}

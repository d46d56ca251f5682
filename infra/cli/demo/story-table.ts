/** Tables and money on paper. */

const money = new Intl.NumberFormat('nl-NL', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Of cents. */
export const euros = (cents: number): string => `€ ${money.format(cents / 100)}`;

/** `2017-08-28` as `28-08-2017`. */
export const day = (date: string): string => date.split('-').reverse().join('-');

/** Columns as wide as their widest cell; those from `numbersFrom` on are flush right. */
export function storyTable(
  head: readonly string[],
  body: readonly (readonly string[])[],
  numbersFrom = Number.POSITIVE_INFINITY,
): string {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [format(head), rule, ...body.map(format)].map((line) => `  ${line}`).join('\n');
}

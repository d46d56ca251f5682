/** A statement on paper: a table with the newest line first. */
export type TableLine = {
  readonly on: string;
  readonly label: string;
  readonly amount: number;
  readonly total: number;
};

const money = new Intl.NumberFormat('nl-NL', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const euros = (cents: number): string => `€ ${money.format(cents / 100)}`;

/** `2017-08-28` as `28-08-2017`. */
const day = (date: string): string => date.split('-').reverse().join('-');

export function statementTable(lines: readonly TableLine[]): string {
  const cells = [
    ['Date', 'Event', 'Amount', 'Total'],
    ...lines.map(({ on, label, amount, total }) =>
      total === 0 && amount === 0 ? [day(on), label, '-', '-'] : [day(on), label, euros(amount), euros(total)],
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const [head = [], ...body] = cells.map(format);
  return [head, rule, ...body].join('\n');
}

/** What the code of the kit tells its logs and metrics goes to `tell` while `act` runs, and not to the terminal. */
export async function quietly<Result>(act: () => Promise<Result>, tell: (line: string) => void): Promise<Result> {
  const { error, warn } = console;
  const { write } = process.stdout;
  const said = (...parts: unknown[]) =>
    tell(parts.map((part) => (part instanceof Error ? part.message : part)).join(' '));
  Object.assign(console, { error: said, warn: said });
  process.stdout.write = () => true;
  try {
    return await act();
  } finally {
    Object.assign(console, { error, warn });
    process.stdout.write = write;
  }
}

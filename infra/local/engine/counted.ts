/** `1 event`, `2 events`; `more` is for words whose plural does not just end in an s. */
export function counted(number: number, one: string, more = `${one}s`): string {
  return `${number} ${number === 1 ? one : more}`;
}

/** An element of the XML that the query protocol answers with; `content` is text unless it is markup already. */
export function element(name: string, content: string, isMarkup = false): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${isMarkup ? content : escaped}</${name}>`;
}

/** What does a receipt handle say? Which receive, of which message, from which queue. */

export type Receipt = {
  readonly queueArn: string;
  readonly messageId: string;
  /** The message's how-manieth receive in this queue; only the latest one's handle is current. */
  readonly receive: number;
};

export function writeReceipt(receipt: Receipt): string {
  return Buffer.from(`${receipt.receive} ${receipt.messageId} ${receipt.queueArn}`).toString('base64');
}

/** Undefined for text that no local queue has given out. */
export function readReceipt(handle: string): Receipt | undefined {
  const match = /^(\d+) ([0-9a-f-]{36}) (arn:\S+)$/.exec(Buffer.from(handle, 'base64').toString());
  if (match === null) return undefined;
  const [, receive = '', messageId = '', queueArn = ''] = match;
  return { queueArn, messageId, receive: Number(receive) };
}

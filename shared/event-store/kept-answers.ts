/** What was answered to a command that appended nothing stands beside the streams, under a key that no stream can have. */

/** One item for each command of a stream. */
export const answerKey = (stream: string, commandId: string): { readonly stream: string; readonly version: 0 } => ({
  stream: `answer#${stream}#${commandId}`,
  version: 0,
});

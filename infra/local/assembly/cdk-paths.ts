/** Which construct of the CDK app does a logical id come from? */
import { z } from 'zod';

/** The metadata of a stack artifact: what CDK noted for each construct path. */
export const metadataSchema = z.record(
  z.string(),
  z.array(z.looseObject({ type: z.string(), data: z.unknown().optional() })),
);

/** Construct path by logical id; the metadata of the manifest and of the file beside it. */
export function cdkPaths(...sources: readonly unknown[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const source of sources) {
    for (const [path, entries] of Object.entries(metadataSchema.catch({}).parse(source))) {
      for (const { type, data } of entries) {
        if (type === 'aws:cdk:logicalId' && typeof data === 'string') paths.set(data, path.replace(/^\//, ''));
      }
    }
  }
  return paths;
}

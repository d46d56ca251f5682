/** Messages that nobody could take are kept for as long as SQS keeps anything. */
import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Named by CloudFormation unless told otherwise. */
export const deadLetterQueue = (scope: Construct, id: string, queueName?: string): Queue =>
  new Queue(scope, id, { retentionPeriod: Duration.days(14), ...(queueName !== undefined && { queueName }) });

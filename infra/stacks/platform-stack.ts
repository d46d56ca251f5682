/** What all contexts share: the bus with its archive, and the HTTP API. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { EventBus, Match } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { alarmTopic } from '../constructs/alarm-topic.ts';
import { apiTraffic } from '../constructs/api-traffic.ts';

export class PlatformStack extends Stack {
  readonly httpApi: HttpApi;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { readonly config: Config }) {
    super(scope, id, { terminationProtection: config.isProtected, ...props });
    const bus = new EventBus(this, 'Bus', { eventBusName: config.prefix });
    bus.archive('Archive', {
      archiveName: config.prefix,
      description: 'Every event that a context has published.',
      eventPattern: { source: Match.prefix('tributary.') },
      retention: config.archiveRetention,
    });
    this.httpApi = new HttpApi(this, 'HttpApi', { apiName: config.prefix });
    apiTraffic(this, { httpApi: this.httpApi, config });
    alarmTopic(this, config);
    new CfnOutput(this, 'Url', { value: this.httpApi.apiEndpoint });
  }
}

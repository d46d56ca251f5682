import { feedContract } from './feed-contract.ts';
import { dynamoDbFeed } from './feed-tables.ts';

feedContract('The feed in DynamoDB', () => dynamoDbFeed('feed-contract'));

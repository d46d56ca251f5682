/** Does the feed in DynamoDB keep the feed's promises? */
import { feedContract } from './feed-contract.ts';
import { dynamoDbFeed } from './feed-tables.ts';

feedContract('The feed in DynamoDB', () => dynamoDbFeed('feed-contract'));

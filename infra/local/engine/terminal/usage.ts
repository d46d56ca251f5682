/** What `npm start -- --help` prints. */

/** Each with its value, if it takes one, and what it does. */
export const OPTIONS: readonly (readonly [option: string, meaning: string])[] = [
  ['--assembly <folder>', 'runs a synthesized CDK app instead of infra/app.ts; several run as one'],
  ['--parameter <name>=<value>', 'gives a parameter of a template its value; also <stack>.<name>=<value>; repeatable'],
  ['--values <file>', 'has values of SSM parameters and secrets, and keys of issuers of tokens'],
  [
    '--without <type>',
    'leaves the resources of a type out, such as AWS::SES::Template or AWS::SES::*, or one as <stack>/<logical id>; repeatable',
  ],
  ['--no-iam', 'lets functions do everything, whatever the templates allow them'],
  ['--help', 'prints this'],
];

const VARIABLES: typeof OPTIONS = [
  ['PORT', 'port of the first HTTP API, 3000; those after it count up'],
  ['PORT_<NAME>', 'port of one HTTP API or function URL'],
  ['EVENTBRIDGE_PORT', 'port of EventBridge; else a free one'],
  ['DYNAMODB_ENDPOINT', 'a DynamoDB that runs already; else one is started'],
  ['CHAOS', 'faults on purpose, such as seed=7,duplicate=0.2'],
];

export const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

export function usage(): string {
  const shown = (lines: typeof OPTIONS) => lines.map(([name, meaning]) => `  ${name.padEnd(28)}${meaning}`);
  return [
    'npm start -- [options]',
    '',
    ...shown(OPTIONS),
    '',
    'Variables of the environment:',
    ...shown(VARIABLES),
  ].join('\n');
}

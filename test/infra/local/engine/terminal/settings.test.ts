/** What a person asks for is understood; what is not is told in one line. */
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../../../infra/local/engine/terminal/settings.ts';
import { asksForHelp, OPTIONS, usage } from '../../../../../infra/local/engine/terminal/usage.ts';

describe('The settings of a run', () => {
  it('have defaults, and an empty variable is none', () => {
    const empty = { PORT: '', EVENTBRIDGE_PORT: '', DYNAMODB_ENDPOINT: '', CHAOS: '' };
    expect(readSettings([], empty)).toEqual({
      port: 3000,
      assemblies: [],
      without: [],
      apiPorts: {},
      parameters: {},
      iam: true,
    });
  });

  it('come from the environment and the command line', () => {
    const env = {
      PORT: '80',
      PORT_ORDERS_API: '81',
      PORT_SHOP: '',
      EVENTBRIDGE_PORT: '0',
      DYNAMODB_ENDPOINT: 'http://localhost:8000/',
      CHAOS: 'seed=7',
    };
    const chaos = { seed: 7, probabilities: {} };
    const dynamodbEndpoint = 'http://localhost:8000';
    const expected = {
      port: 80,
      apiPorts: { ORDERS_API: 81 },
      eventBridgePort: 0,
      dynamodbEndpoint,
      chaos,
      assemblies: ['cdk.out', 'other'],
      without: ['AWS::SES::Template', 'AWS::S3::*'],
      parameters: { Stage: 'a=b', 'Shop.Size': '' },
      valuesFile: 'values.json',
      iam: true,
    };
    const words = [
      '--assembly',
      'cdk.out',
      '--parameter',
      'Stage=a=b',
      '--values',
      'values.json',
      '--assembly',
      'other',
      '--without',
      'AWS::SES::Template',
      '--without=AWS::S3::*',
    ];
    expect(readSettings([...words, '--parameter', 'Shop.Size='], env)).toEqual(expected);
    const joined = [
      '--assembly=cdk.out',
      '--parameter=Stage=a=b',
      '--parameter=Shop.Size=',
      '--values=values.json',
    ].concat(['--without=AWS::SES::Template', '--without=AWS::S3::*']);
    expect(readSettings([...joined, '--assembly=other'], env)).toEqual(expected);
    const unchecked = { ...expected, iam: false };
    expect(readSettings(['--no-iam', ...joined, '--assembly=other'], env)).toEqual(unchecked);
    expect(readSettings([...joined, '--assembly', 'other', '--no-iam'], env)).toEqual(unchecked);
  });

  it.each([
    [[], { PORT: 'abc' }, /^PORT=abc is no port\./],
    [[], { PORT: '65536' }, /^PORT=65536 is no port\./],
    [[], { PORT: '-1' }, /^PORT=-1 is no port\./],
    [[], { PORT: '3000.5' }, /^PORT=3000.5 is no port\./],
    [[], { EVENTBRIDGE_PORT: '1e3' }, /^EVENTBRIDGE_PORT=1e3 is no port\./],
    [[], { PORT: '4000', EVENTBRIDGE_PORT: '4000' }, /are both 4000/],
    [[], { DYNAMODB_ENDPOINT: 'localhost:8000' }, /^DYNAMODB_ENDPOINT=localhost:8000 is no address\./],
    [
      [],
      { DYNAMODB_ENDPOINT: 'https://db:1' },
      /^What functions ask of https:\/\/db:1 cannot be checked\..*--no-iam\.$/,
    ],
    [[], { CHAOS: 'drop=2' }, /^CHAOS=drop=2: drop is "2", no number from 0 to 1\./],
    [['--assembly'], {}, /"--assembly" is not understood/],
    [[], { PORT_ORDERS: 'web' }, /^PORT_ORDERS=web is no port\./],
    [['--port', '1'], {}, /The options are --assembly .* and --no-iam/],
    [['--assembly', 'x', '--parameter', 'Stage'], {}, /^"--parameter Stage" is not understood/],
    [['--assembly', 'x', '--parameter=Stage', '--values', 'a'], {}, /^"--parameter=Stage" is not understood/],
    [['--assembly', 'x', '--parameter', '=a'], {}, /^"--parameter =a" is not understood/],
    [['--assembly', 'x', '--parameter'], {}, /^"--parameter" is not understood/],
    [['--verbose', '--assembly', 'x'], {}, /^"--verbose" is not understood/],
    [['--parameter', 'Size=1', '--assembly', 'x', '--parameter=Size=2'], {}, /^The parameter Size is given twice\.$/],
    [['--values', 'a', '--values', 'b'], {}, /^--values is given twice; all values are in one file\.$/],
    [['cdk.out'], {}, /"cdk.out" is not understood/],
  ])('are refused in one line that names them: %j %j', (args, env, message) => {
    expect(() => readSettings(args, env)).toThrow(message);
  });
});

describe('The help', () => {
  it('names every option that is understood, each in a line', () => {
    const options = OPTIONS.map(([option]) => option).filter((option) => option !== '--help');
    const words = options.flatMap((option) => option.replace(/<\w+>/g, 'x').split(' '));
    expect(() => readSettings(words, {})).not.toThrow();
    for (const option of options) expect(usage()).toMatch(new RegExp(`^  ${option} .+$`, 'm'));
  });

  it('is asked for in two ways, also beside other options', () => {
    expect([['--help'], ['-h'], ['--assembly', 'x', '--help'], ['--no-iam']].map(asksForHelp)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

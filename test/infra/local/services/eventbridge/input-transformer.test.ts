/** A target receives the text that the service would send. */
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../../../infra/local/services/eventbridge/bus-event.ts';
import { compileInput, type TargetInput } from '../../../../../infra/local/services/eventbridge/input-transformer.ts';

const event: Envelope = {
  version: '0',
  id: '7bf73129',
  'detail-type': 'AccountOpened',
  source: 'accounts',
  account: '000000000000',
  time: '2026-03-01T10:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:one', 'arn:two'],
  detail: {
    id: 'i-1',
    count: 3,
    open: true,
    nothing: null,
    empty: '',
    quoted: 'say "hi"\nthere\\',
    owner: { acc_id: '0a', note: 'a"b' },
    states: ['ACTIVE', 'INACTIVE'],
    lines: [{ sku: 'a' }, { sku: 'b' }, { other: 1 }],
    'with-dash': 1,
    with_underscore: 2,
    'with.dot': 3,
  },
};
const text = JSON.stringify(event);
const context = { ruleName: 'opened', ruleArn: 'arn:rule/opened', ingestedAt: new Date('2026-03-01T10:00:05.250Z') };

const given = (target: Omit<TargetInput, 'id'>): string => compileInput({ id: 't1', ...target })(event, text, context);

const paths = {
  id: '$.detail.id',
  type: '$.detail-type',
  count: '$.detail.count',
  open: '$.detail.open',
  nothing: '$.detail.nothing',
  empty: '$.detail.empty',
  quoted: '$.detail.quoted',
  owner: '$.detail.owner',
  states: '$.detail.states',
  missing: '$.detail.none.deeper',
  second: '$.resources[1]',
  skus: '$.detail.lines[*].sku',
  all: '$',
};

describe('a target without a setting', () => {
  it('receives the text of the event as it is', () => {
    expect(compileInput({ id: 't1' })(event, '{"detail": 1.0}', context)).toBe('{"detail": 1.0}');
  });
});

describe('a constant input', () => {
  it('is handed on unread', () => {
    expect(given({ input: '{"fixed":"<id>"}' })).toBe('{"fixed":"<id>"}');
  });
});

describe('an input path', () => {
  it.each([
    ['$', text],
    ['$.detail.owner', '{"acc_id":"0a","note":"a\\"b"}'],
    ['$.detail.owner.acc_id', '"0a"'],
    ['$.detail-type', '"AccountOpened"'],
    ['$.detail.count', '3'],
    ['$.detail.nothing', 'null'],
    ['$.detail.with-dash', '1'],
    ['$.detail.with_underscore', '2'],
    ["$.detail['with.dot']", '3'],
    ['$.resources[0]', '"arn:one"'],
    ['$.resources[9]', '""'],
    ['$.resources.length', '""'],
    ['$.detail.constructor', '""'],
    ['$.detail.lines[*].sku', '["a","b"]'],
    ['$.detail.owner.*', '["0a","a\\"b"]'],
    ['$.none', '""'],
  ])('%s gives %s', (inputPath, expected) => {
    expect(given({ inputPath })).toBe(expected);
  });

  it.each(['detail', '$detail', '$..id', '$.detail[?(@.id)]', '$.'])(
    '%s is refused with the target named',
    (inputPath) => {
      expect(() => compileInput({ id: 't1', inputPath })).toThrow(
        `JSON path ${inputPath} of target t1 is not supported.`,
      );
    },
  );
});

describe('a template', () => {
  it.each([
    ['"<type> of <id>"', '"AccountOpened of i-1"'],
    ['"count <count>, open <open>, nothing <nothing>"', '"count 3, open true, nothing null"'],
    ['"info <missing>"', '"info "'],
    ['"owner <owner>"', '"owner {acc_id:0a,note:ab}"'],
    ['"states <states>"', '"states [ACTIVE,INACTIVE]"'],
    ['"he said \\"<id>\\""', '"he said \\"i-1\\""'],
    ['"<quoted>"', '"say \\"hi\\"\\nthere\\\\"'],
    ['"{[/odd start <id>"', '"{[/odd start i-1"'],
    ['plain <id> with "quotes"', '"plain i-1 with \\"quotes\\""'],
    ['<owner>', '{"acc_id":"0a","note":"a\\"b"}'],
    ['{"id": <id>, "count": <count>}', '{"id": "i-1", "count": 3}'],
    ['{"id": "<id>", "count": "<count>"}', '{"id": "i-1", "count": "3"}'],
    ['{"path": "accounts/<id>/<count>", "id":<id>}', '{"path": "accounts/i-1/3", "id":"i-1"}'],
    ['{"open": <open>, "nothing": <nothing>, "empty": <empty>}', '{"open": true, "nothing": null, "empty": ""}'],
    ['{"missing": <missing>, "inline": "<missing>"}', '{"missing": "", "inline": ""}'],
    [
      '{"owner": <owner>, "states": <states>}',
      '{"owner": {"acc_id":"0a","note":"a\\"b"}, "states": ["ACTIVE","INACTIVE"]}',
    ],
    ['{"owner": "<owner>"}', '{"owner": "{acc_id:0a,note:ab}"}'],
    [
      '{"quoted": <quoted>, "inline": "<quoted>"}',
      '{"quoted": "say \\"hi\\"\\nthere\\\\", "inline": "say \\"hi\\"\\nthere\\\\"}',
    ],
    ['{"a \\" <id>": <id>}', '{"a \\" i-1": "i-1"}'],
    ['{"second": <second>, "skus": <skus>}', '{"second": "arn:two", "skus": ["a","b"]}'],
    ['[<id>, 9, <count>]', '["i-1", 9, 3]'],
    [
      '{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}',
      '{"rule": "opened", "arn": "arn:rule/opened"}',
    ],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at": "2026-03-01T10:00:05Z"}'],
    ['{"e": <aws.events.event.json>}', `{"e": ${text}}`],
    [
      '"<aws.events.rule-name> triggered at <aws.events.event.ingestion-time>"',
      '"opened triggered at 2026-03-01T10:00:05Z"',
    ],
    ['{"fixed": true}', '{"fixed": true}'],
  ])('%s becomes %s', (template, expected) => {
    const result = given({ inputTransformer: { paths, template } });
    expect(result).toBe(expected);
    expect(() => JSON.parse(result)).not.toThrow();
  });

  it('knows the event without its detail, with the key detailType', () => {
    const result = JSON.parse(given({ inputTransformer: { paths: {}, template: '{"e": <aws.events.event>}' } }));
    const { detail: _, 'detail-type': detailType, ...rest } = event;
    expect(result.e).toEqual({ ...rest, detailType });
  });

  it.each([
    [{ paths: {}, template: '"<other>"' }, 'InputTemplate for target t1 contains invalid placeholder other.'],
    [
      { paths, template: '{"x": <aws.events.other>}' },
      'InputTemplate for target t1 contains invalid placeholder aws.events.other.',
    ],
    [
      { paths, template: '{"x": <constructor>}' },
      'InputTemplate for target t1 contains invalid placeholder constructor.',
    ],
    [
      { paths: { 'aws.events.event': '$' }, template: '"x"' },
      'InputPathsMap for target t1 uses the reserved name aws.events.event.',
    ],
    [{ paths: { id: 'detail.id' }, template: '"<id>"' }, 'JSON path detail.id of target t1 is not supported.'],
    [
      { paths: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`v${n}`, '$.id'])), template: '"x"' },
      'InputPathsMap for target t1 has 101 variables, at most 100 are allowed.',
    ],
  ])('is refused before any event: %#', (inputTransformer, message) => {
    expect(() => compileInput({ id: 't1', inputTransformer })).toThrow(message);
  });

  it('is refused beside another setting', () => {
    expect(() => compileInput({ id: 't1', input: '{}', inputPath: '$' })).toThrow(
      'Only one of Input, InputPath, or InputTransformer must be provided for target t1.',
    );
  });
});

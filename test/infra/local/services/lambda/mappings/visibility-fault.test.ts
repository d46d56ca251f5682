/** A queue is refused that shows a message again while its function may still be at work. */
import { expect, it } from 'vitest';
import { faultsOf, inlineFunction, stackOf } from '../../../engine/boot/planned.ts';

const faults = (visibilitySeconds: number | undefined, timeoutSeconds: number | undefined) =>
  faultsOf(
    stackOf({
      Resources: {
        F: { ...inlineFunction, Properties: { ...inlineFunction.Properties, Timeout: timeoutSeconds } },
        Q: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: visibilitySeconds } },
        M: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { FunctionName: { Ref: 'F' }, EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] } },
        },
      },
    }),
  );

it.each([
  [undefined, undefined],
  [undefined, 30],
  [60, 60],
  [3, undefined],
])('A visibility timeout of %s is enough for a timeout of %s (defaults: 30 and 3)', (visibility, timeout) => {
  expect(faults(visibility, timeout)).toEqual([]);
});

it.each([
  [undefined, 31, 'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds'],
  [2, undefined, 'Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds'],
])('A visibility timeout of %s is too short for a timeout of %s', (visibility, timeout, reason) => {
  expect(faults(visibility, timeout)).toEqual([
    `App/M, AWS::Lambda::EventSourceMapping, property EventSourceArn: ${reason}`,
  ]);
});

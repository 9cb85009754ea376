import type { Json, Props, Template } from '../template.ts';
import { ACCOUNT, REGION } from './arn.ts';
import { decide, like, type Question } from './iam.ts';

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;
const OTHER = `arn:aws:sqs:${REGION}:${ACCOUNT}:others`;
const SEND: Question = { by: 'Role', action: 'sqs:SendMessage', resource: QUEUE };

const allow = (more: Props = {}): Props => ({ Effect: 'Allow', Action: 'sqs:*', Resource: '*', ...more });
const deny = (more: Props = {}): Props => allow({ Effect: 'Deny', ...more });
const { Action: _, ...anything } = allow();
const { Resource: __, ...anywhere } = allow();

/** A role with these statements, and a queue with those. */
function account(Statement: Json, ofQueue: Json = []): Template {
  const document = (statements: Json) => ({ Version: '2012-10-17', Statement: statements });
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyDocument: document(Statement) }] },
      },
      Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: document(ofQueue) } },
    },
  };
}

describe('statements, as AWS documents their evaluation', () => {
  test.each<[string, Json, 'allow' | 'deny']>([
    ['nothing allows, so it is refused', [], 'deny'],
    ['something allows', [allow()], 'allow'],
    ['one Deny goes before every Allow', [allow(), deny(), allow()], 'deny'],
    ['a Deny of something else changes nothing', [allow(), deny({ Action: 'sqs:Purge*' })], 'allow'],
    ['a Deny alone allows nothing else', [deny({ Action: 'sqs:PurgeQueue' })], 'deny'],
    ['actions are compared without case', [allow({ Action: 'SQS:sendmessage' })], 'allow'],
    ['* stands for any characters', [allow({ Action: 'sqs:Send*' })], 'allow'],
    ['? stands for exactly one', [allow({ Action: 'sqs:Send?' })], 'deny'],
    ['one of several actions is enough', [allow({ Action: ['sqs:Get*', 'sqs:SendMessage'] })], 'allow'],
    ['resources are compared with case', [allow({ Resource: QUEUE.replace('orders', 'Orders') })], 'deny'],
    ['another resource is not meant', [allow({ Resource: OTHER })], 'deny'],
    ['Allow with NotAction: what is not named', [{ ...anything, NotAction: 'iam:*' }], 'allow'],
    ['Allow with NotAction: not what is named', [{ ...anything, NotAction: 'sqs:Send*' }], 'deny'],
    [
      'Deny with NotAction refuses what is not named',
      [allow(), { ...anything, Effect: 'Deny', NotAction: 's3:*' }],
      'deny',
    ],
    [
      'Deny with NotAction spares what is named',
      [allow(), { ...anything, Effect: 'Deny', NotAction: 'sqs:*' }],
      'allow',
    ],
    ['Allow with NotResource: not what is named', [{ ...anywhere, NotResource: QUEUE }], 'deny'],
    [
      'Deny with NotResource refuses every other resource',
      [allow(), { ...anywhere, Effect: 'Deny', NotResource: OTHER }],
      'deny',
    ],
  ])('%s', (_what, statements, answer) => {
    expect(decide(account(statements), SEND)).toBe(answer);
  });
});

describe('a policy of the resource', () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/Role`;
  const s3 = { ...SEND, by: 's3.amazonaws.com' };
  test.each<[string, Props, Question, 'allow' | 'deny']>([
    ['alone allows a role of the account', allow({ Principal: { AWS: role } }), SEND, 'allow'],
    ['means one role and no other', allow({ Principal: { AWS: `${role}s` } }), SEND, 'deny'],
    ['allows anyone', allow({ Principal: '*' }), SEND, 'allow'],
    ['to the account leaves it to the role’s own', allow({ Principal: { AWS: ACCOUNT } }), SEND, 'deny'],
    ['allows a service by name', allow({ Principal: { Service: 's3.amazonaws.com' } }), s3, 'allow'],
    ['means one service and no other', allow({ Principal: { Service: 'sns.amazonaws.com' } }), s3, 'deny'],
  ])('%s', (_what, statement, question, answer) => {
    expect(decide(account([], statement), question)).toBe(answer);
  });

  test.each<[string, Json]>([
    ['anyone', '*'],
    ['the account', { AWS: `arn:aws:iam::${ACCOUNT}:root` }],
    ['the role', { AWS: role }],
  ])('that denies %s goes before what the role’s own allows', (_who, Principal) => {
    expect(decide(account([allow()], deny({ Principal })), SEND)).toBe('deny');
  });

  test('is nothing to a service that only the role’s own policy allows', () => {
    expect(decide(account([allow()]), s3)).toBe('deny');
  });
});

describe('conditions, as AWS documents them', () => {
  const ARN = 'aws:SourceArn';
  const given = { 'aws:SourceAccount': '111', 'aws:SecureTransport': 'true', [ARN]: 'arn:aws:s3:::b' };
  test.each<[string, Props, boolean]>([
    ['a key that fits', { StringEquals: { 'aws:SourceAccount': '111' } }, true],
    ['keys have no case', { StringEquals: { 'AWS:sourceaccount': '111' } }, true],
    ['one of several values fits', { StringEquals: { 'aws:SourceAccount': ['222', '111'] } }, true],
    ['every key has to fit', { StringEquals: { 'aws:SourceAccount': '111', [ARN]: 'x' } }, false],
    [
      'every operator has to fit',
      { StringEquals: { 'aws:SourceAccount': '111' }, Bool: { 'aws:SecureTransport': 'false' } },
      false,
    ],
    ['none of several values may fit', { StringNotEquals: { 'aws:SourceAccount': ['222', '111'] } }, false],
    ['values have a case', { StringEquals: { [ARN]: 'ARN:aws:s3:::b' } }, false],
    ['or none, if so asked', { StringEqualsIgnoreCase: { [ARN]: 'ARN:aws:s3:::b' } }, true],
    ['StringEquals knows no patterns', { StringEquals: { [ARN]: 'arn:aws:s3:::*' } }, false],
    ['StringLike does', { StringLike: { [ARN]: 'arn:*b' } }, true],
    ['StringNotLike is its contrary', { StringNotLike: { [ARN]: 'arn:*b' } }, false],
    ['ArnEquals knows patterns too', { ArnEquals: { [ARN]: 'arn:aws:s3:::*' } }, true],
    ['ArnLike compares part by part', { ArnLike: { [ARN]: 'arn:*b' } }, false],
    ['Bool', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['a missing key does not fit', { StringEquals: { 'aws:PrincipalTag/x': 'y' } }, false],
    ['a missing key is fine if it exists', { StringEqualsIfExists: { 'aws:PrincipalTag/x': 'y' } }, true],
    ['a key that exists is looked at', { StringEqualsIfExists: { 'aws:SourceAccount': '222' } }, false],
    ['a missing key is not equal', { StringNotEquals: { 'aws:PrincipalTag/x': 'y' } }, true],
    ['Null: the key must be missing', { Null: { 'aws:PrincipalTag/x': 'true' } }, true],
    ['Null: the key must be there', { Null: { 'aws:PrincipalTag/x': 'false' } }, false],
  ])('%s', (_what, Condition, isMet) => {
    const question = { ...SEND, context: given };
    expect(decide(account([allow({ Condition })]), question)).toBe(isMet ? 'allow' : 'deny');
    expect(decide(account([allow(), deny({ Condition })]), question)).toBe(isMet ? 'deny' : 'allow');
  });

  test.each(['DateLessThan', 'NumericEquals', 'IpAddress', 'ForAllValues:StringEquals'])(
    '%s, which it cannot judge, is never taken for true or false',
    (operator) => {
      const Condition = { [operator]: { 'aws:CurrentTime': '2026-01-01' } };
      expect(() => decide(account([allow({ Condition })]), SEND)).toThrow(operator);
    },
  );
});

test('patterns take every other character for itself', () => {
  expect(like('arn:aws:s3:::b/*', 'arn:aws:s3:::b/a/b')).toBe(true);
  expect(like('a?c', 'abc')).toBe(true);
  expect(like('a.c', 'abc')).toBe(false);
});

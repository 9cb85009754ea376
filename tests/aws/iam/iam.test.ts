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

/** An account with a role and a queue, each with its statements. */
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
    ['no statement allows, so it is refused', [], 'deny'],
    ['one statement allows', [allow()], 'allow'],
    ['one Deny overrides every Allow', [allow(), deny(), allow()], 'deny'],
    ['a Deny of another action changes nothing', [allow(), deny({ Action: 'sqs:Purge*' })], 'allow'],
    ['a Deny alone allows nothing else', [deny({ Action: 'sqs:PurgeQueue' })], 'deny'],
    ['actions are compared without case', [allow({ Action: 'SQS:sendmessage' })], 'allow'],
    ['* matches any characters', [allow({ Action: 'sqs:Send*' })], 'allow'],
    ['? matches exactly one character', [allow({ Action: 'sqs:Send?' })], 'deny'],
    ['one of several actions is enough', [allow({ Action: ['sqs:Get*', 'sqs:SendMessage'] })], 'allow'],
    ['resources are compared with case', [allow({ Resource: QUEUE.replace('orders', 'Orders') })], 'deny'],
    ['another resource does not match', [allow({ Resource: OTHER })], 'deny'],
    ['Allow with NotAction allows other actions', [{ ...anything, NotAction: 'iam:*' }], 'allow'],
    [
      'Allow with NotAction does not allow the named action',
      [{ ...anything, NotAction: 'sqs:Send*' }],
      'deny',
    ],
    [
      'Deny with NotAction refuses other actions',
      [allow(), { ...anything, Effect: 'Deny', NotAction: 's3:*' }],
      'deny',
    ],
    [
      'Deny with NotAction does not refuse the named action',
      [allow(), { ...anything, Effect: 'Deny', NotAction: 'sqs:*' }],
      'allow',
    ],
    [
      'Allow with NotResource does not allow the named resource',
      [{ ...anywhere, NotResource: QUEUE }],
      'deny',
    ],
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
    ['matches one role and no other', allow({ Principal: { AWS: `${role}s` } }), SEND, 'deny'],
    ['allows anyone', allow({ Principal: '*' }), SEND, 'allow'],
    [
      'for the account leaves the decision to the role’s policies',
      allow({ Principal: { AWS: ACCOUNT } }),
      SEND,
      'deny',
    ],
    ['allows a service by name', allow({ Principal: { Service: 's3.amazonaws.com' } }), s3, 'allow'],
    ['matches one service and no other', allow({ Principal: { Service: 'sns.amazonaws.com' } }), s3, 'deny'],
  ])('%s', (_what, statement, question, answer) => {
    expect(decide(account([], statement), question)).toBe(answer);
  });

  test.each<[string, Json]>([
    ['anyone', '*'],
    ['the account', { AWS: `arn:aws:iam::${ACCOUNT}:root` }],
    ['the role', { AWS: role }],
  ])('that denies %s overrides the role’s own Allow', (_who, Principal) => {
    expect(decide(account([allow()], deny({ Principal })), SEND)).toBe('deny');
  });

  test('must exist for a service: a role’s policy does not allow it', () => {
    expect(decide(account([allow()]), s3)).toBe('deny');
  });
});

describe('conditions, as AWS documents them', () => {
  const ARN = 'aws:SourceArn';
  const given = { 'aws:SourceAccount': '111', 'aws:SecureTransport': 'true', [ARN]: 'arn:aws:s3:::b' };
  test.each<[string, Props, boolean]>([
    ['a key that matches', { StringEquals: { 'aws:SourceAccount': '111' } }, true],
    ['keys are compared without case', { StringEquals: { 'AWS:sourceaccount': '111' } }, true],
    ['one of several values matches', { StringEquals: { 'aws:SourceAccount': ['222', '111'] } }, true],
    ['every key must match', { StringEquals: { 'aws:SourceAccount': '111', [ARN]: 'x' } }, false],
    [
      'every operator must match',
      { StringEquals: { 'aws:SourceAccount': '111' }, Bool: { 'aws:SecureTransport': 'false' } },
      false,
    ],
    ['none of several values may match', { StringNotEquals: { 'aws:SourceAccount': ['222', '111'] } }, false],
    ['values are compared with case', { StringEquals: { [ARN]: 'ARN:aws:s3:::b' } }, false],
    ['StringEqualsIgnoreCase ignores case', { StringEqualsIgnoreCase: { [ARN]: 'ARN:aws:s3:::b' } }, true],
    ['StringEquals has no patterns', { StringEquals: { [ARN]: 'arn:aws:s3:::*' } }, false],
    ['StringLike has patterns', { StringLike: { [ARN]: 'arn:*b' } }, true],
    ['StringNotLike negates StringLike', { StringNotLike: { [ARN]: 'arn:*b' } }, false],
    ['ArnEquals has patterns too', { ArnEquals: { [ARN]: 'arn:aws:s3:::*' } }, true],
    ['ArnLike compares part by part', { ArnLike: { [ARN]: 'arn:*b' } }, false],
    ['Bool', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['a missing key does not match', { StringEquals: { 'aws:PrincipalTag/x': 'y' } }, false],
    ['with IfExists a missing key matches', { StringEqualsIfExists: { 'aws:PrincipalTag/x': 'y' } }, true],
    [
      'with IfExists an existing key is compared',
      { StringEqualsIfExists: { 'aws:SourceAccount': '222' } },
      false,
    ],
    ['a missing key matches a negated operator', { StringNotEquals: { 'aws:PrincipalTag/x': 'y' } }, true],
    ['Null: the key must be missing', { Null: { 'aws:PrincipalTag/x': 'true' } }, true],
    ['Null: the key must be there', { Null: { 'aws:PrincipalTag/x': 'false' } }, false],
  ])('%s', (_what, Condition, isMet) => {
    const question = { ...SEND, context: given };
    expect(decide(account([allow({ Condition })]), question)).toBe(isMet ? 'allow' : 'deny');
    expect(decide(account([allow(), deny({ Condition })]), question)).toBe(isMet ? 'deny' : 'allow');
  });

  test.each(['DateLessThan', 'NumericEquals', 'IpAddress', 'ForAllValues:StringEquals'])(
    'the unknown operator %s is an error',
    (operator) => {
      const Condition = { [operator]: { 'aws:CurrentTime': '2026-01-01' } };
      expect(() => decide(account([allow({ Condition })]), SEND)).toThrow(operator);
    },
  );
});

test('patterns match every other character literally', () => {
  expect(like('arn:aws:s3:::b/*', 'arn:aws:s3:::b/a/b')).toBe(true);
  expect(like('a?c', 'abc')).toBe(true);
  expect(like('a.c', 'abc')).toBe(false);
});

describe('a role with a permissions boundary', () => {
  const bounded = (own: Json, Statement: Json): Template => {
    const { Resources } = account(own);
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Version: '2012-10-17', Statement } },
    };
    const { Role } = Resources;
    const Properties = { ...Role?.Properties, PermissionsBoundary: { Ref: 'Boundary' } };
    return { Resources: { ...Resources, Boundary, Role: { Type: 'AWS::IAM::Role', Properties } } };
  };

  test.each<[string, Json, Json, 'allow' | 'deny']>([
    ['may do what both allow', [allow()], [allow({ Action: 'sqs:Send*' })], 'allow'],
    ['may not do what only its policy allows', [allow()], [allow({ Action: 'sqs:Purge*' })], 'deny'],
    ['may not do what only the boundary allows', [], [allow()], 'deny'],
    ['may not do what the boundary denies', [allow()], [allow(), deny()], 'deny'],
  ])('%s', (_what, own, boundary, decision) => {
    expect(decide(bounded(own, boundary), SEND)).toBe(decision);
  });
});

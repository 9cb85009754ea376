import type { Count, Wanted } from '../inventory.ts';
import type { Props } from '../template.ts';

const EVERYWHERE_BUT_LEAN = { dev: 1, prod: 1, lean: 0 };

const alarm = (what: string, properties: Props, count: Count = 1): Wanted => ({
  what: `an alarm: ${what}`,
  type: 'AWS::CloudWatch::Alarm',
  properties: {
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: [{ Ref: 'AlarmTopic' }],
    ...properties,
  },
  count,
});

const ecs = (MetricName: string): Props => ({
  Namespace: 'AWS/ECS',
  MetricName,
  Statistic: 'Average',
  Threshold: 80,
  Period: 60,
  EvaluationPeriods: 5,
});

const sumOf = (Namespace: string, MetricName: string): Props => ({
  MetricStat: { Metric: { Namespace, MetricName }, Period: 300, Stat: 'Sum' },
});

const budget = (Amount: number): Props => ({
  Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount, Unit: 'USD' } },
  NotificationsWithSubscribers: [{ Subscribers: [{ SubscriptionType: 'SNS' }] }],
});

/** What somebody looks at, and what wakes them. */
export const SIGHT: Wanted[] = [
  alarm('CPU above 80 % for five minutes', ecs('CPUUtilization')),
  alarm('memory above 80 % for five minutes', ecs('MemoryUtilization')),
  alarm(
    'an unhealthy target for a minute',
    {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'UnHealthyHostCount',
      Statistic: 'Maximum',
      Threshold: 0,
      Period: 60,
      EvaluationPeriods: 1,
    },
    EVERYWHERE_BUT_LEAN,
  ),
  alarm(
    'the embedder’s 5xx above 1 % for five minutes',
    {
      Threshold: 1,
      EvaluationPeriods: 1,
      Metrics: [
        { Expression: '100 * errors / requests', ReturnData: true },
        { Id: 'errors', ...sumOf('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count') },
        { Id: 'requests', ...sumOf('AWS/ApplicationELB', 'RequestCount') },
      ],
    },
    EVERYWHERE_BUT_LEAN,
  ),
  alarm('the API’s 5xx above 1 % for five minutes', {
    Namespace: 'AWS/ApiGateway',
    MetricName: '5XXError',
    Statistic: 'Average',
    Threshold: 0.01,
    Period: 300,
    EvaluationPeriods: 1,
  }),
  alarm('a dead letter', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Threshold: 0,
    Period: 60,
    Dimensions: [{ Value: { 'Fn::GetAtt': ['IngestDeadLetterQueue', 'QueueName'] } }],
  }),
  alarm('a document that waits for fifteen minutes', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 900,
    Dimensions: [{ Value: { 'Fn::GetAtt': ['IngestQueue', 'QueueName'] } }],
  }),
  alarm(
    'errors of each function above 5 %',
    {
      Threshold: 5,
      EvaluationPeriods: 1,
      Metrics: [
        { Expression: '100 * errors / calls', ReturnData: true },
        { Id: 'errors', ...sumOf('AWS/Lambda', 'Errors') },
        { Id: 'calls', ...sumOf('AWS/Lambda', 'Invocations') },
      ],
    },
    11,
  ),
  { what: 'the topic that alarms go to', type: 'AWS::SNS::Topic' },
  { what: 'the dashboard', type: 'AWS::CloudWatch::Dashboard' },
  {
    what: 'a budget of 250 USD',
    type: 'AWS::Budgets::Budget',
    properties: budget(250),
    count: { dev: 1, prod: 0, lean: 0 },
  },
  {
    what: 'a budget of 300 USD',
    type: 'AWS::Budgets::Budget',
    properties: budget(300),
    count: { dev: 0, prod: 1, lean: 0 },
  },
  {
    what: 'a budget of 80 USD',
    type: 'AWS::Budgets::Budget',
    properties: budget(80),
    count: { dev: 0, prod: 0, lean: 1 },
  },
];

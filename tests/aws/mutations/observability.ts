import { type Mutation, type Mutations, named, put, setting, settingOf } from '../mutation.ts';
import type { Json } from '../template.ts';

/** Replaces a word wherever the dashboard contains it. */
function replacing(word: string, other: string): Mutation['apply'] {
  return (template) => {
    const dashboard = named(template, 'Dashboard');
    const text = JSON.stringify(dashboard.DashboardBody);
    put(dashboard, 'DashboardBody', JSON.parse(text.replaceAll(word, other)) as Json);
  };
}

/** Faults of logs, traces, alarms and the dashboard. */
export const OBSERVABILITY = {
  'log-retention': {
    fault: 'a log is kept for ever',
    apply: setting('ChatLogGroup', 'RetentionInDays', undefined),
  },
  'log-group-trap': {
    fault: 'the access log has the name that the deploy tool deletes',
    apply: setting('ApiAccessLogGroup', 'LogGroupName', '/aws/api-gateway/rag-platform-prod'),
  },
  'log-group': {
    fault: 'a function logs to a group that the template does not create',
    apply: setting('ChatLogGroup', 'LogGroupName', '/aws/lambda/rag-platform-prod-talk'),
  },
  stage: {
    fault: 'the access log holds credentials',
    apply: setting(
      'ApiStage',
      'AccessLogSetting.Format',
      '$context.requestId $context.authorizer.x $input.header.Authorization',
    ),
  },
  'stage-owner': {
    fault: 'the deployment creates a second stage',
    apply: settingOf('AWS::ApiGateway::Deployment', 'StageName', 'prod'),
  },
  'function-trace': {
    fault: 'a function is not traced',
    apply: setting('ChatLambdaFunction', 'TracingConfig', undefined),
  },
  'waf-log-name': {
    fault: 'the firewall’s log group has a name that WAF refuses',
    apply: setting('WebAclLogGroup', 'LogGroupName', 'rag-platform-prod-waf'),
  },
  metric: {
    fault: 'a graph shows an AWS metric that does not exist',
    apply: replacing('5XXError', '5XXErrors'),
  },
  dimensions: {
    fault: 'an alarm names a dimension that its metric does not have',
    apply: setting('EmbedderBusy', 'Dimensions.0.Name', 'Cluster'),
  },
  'alarm-missing': {
    fault: 'there is no alarm for dead letters',
    apply: setting('IngestGivenUp', 'MetricName', 'NumberOfMessagesDeleted'),
  },
  'alarm-action': {
    fault: 'an alarm notifies nobody',
    apply: setting('ApiErrors', 'AlarmActions', undefined),
  },
  'own-metric': {
    fault: 'an alarm waits for a dimension that no function writes',
    apply: setting('IngestionSlow', 'Dimensions', [{ Name: 'service', Value: 'rag-platform' }]),
  },
  'unseen-metric': {
    fault: 'one of our metrics is in no graph',
    apply: replacing('RetrievalLexical', 'RetrievalVector'),
  },
} satisfies Mutations;

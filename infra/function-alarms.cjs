// One alarm per function: more than 5 % of its invocations failed within five minutes.
const { Resources: roles } = require('./function-roles.cjs');

/** Derived from the roles, since each function has one: `ApiKeysRole` belongs to the function `apiKeys`. */
const FUNCTIONS = Object.keys(roles).map((role) => role[0].toLowerCase() + role.slice(1, -'Role'.length));

function alarmOf(name) {
  const logicalId = name[0].toUpperCase() + name.slice(1);
  const sumOf = (MetricName) => ({
    Metric: {
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: `${logicalId}LambdaFunction` } }],
    },
    Period: 300,
    Stat: 'Sum',
  });
  const alarm = {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: `More than 5 % of the invocations of ${name} failed`,
      Metrics: [
        { Id: 'rate', Expression: '100 * errors / calls', Label: 'errors in percent', ReturnData: true },
        { Id: 'errors', MetricStat: sumOf('Errors'), ReturnData: false },
        { Id: 'calls', MetricStat: sumOf('Invocations'), ReturnData: false },
      ],
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'AlarmTopic' }],
      OKActions: [{ Ref: 'AlarmTopic' }],
    },
  };
  return [`${logicalId}Errors`, alarm];
}

module.exports = { Resources: Object.fromEntries(FUNCTIONS.map(alarmOf)) };

// Removes the stage from the framework's deployment: that stage would have neither access log nor traces. This is a
// script because the deployment's name ends with a number of this run, and the framework resolves no map keys.
module.exports = async ({ resolveVariable }) => ({
  extensions: {
    [`ApiGatewayDeployment${await resolveVariable('sls:instanceId')}`]: {
      Properties: { StageName: null },
      // A deployment is a snapshot: it lacks every response that is created later.
      DependsOn: [
        'GatewayResponse4xx',
        'GatewayResponse5xx',
        'GatewayThrottled',
        'GatewayTooLarge',
        'GatewayWafFiltered',
        'GatewayTimeout',
        'GatewayUnknownRoute',
      ],
    },
  },
});

// The framework's deployment would make the stage itself, without access log and traces. Map keys are never
// resolved by the framework, and the deployment's name ends with a number of this run: hence a script.
module.exports = async ({ resolveVariable }) => ({
  extensions: {
    [`ApiGatewayDeployment${await resolveVariable('sls:instanceId')}`]: {
      Properties: { StageName: null },
      // A deployment is a copy: what is not there yet when it is made is not in it.
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

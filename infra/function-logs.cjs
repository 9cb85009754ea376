// The framework creates the functions' log groups. This adds the key that encrypts them, where it is one's own.
const { Resources: roles } = require('./function-roles.cjs');

const KmsKeyId = { 'Fn::If': ['HasKmsKey', { Ref: 'KmsKeyArn' }, { Ref: 'AWS::NoValue' }] };

/** Derived from the roles, since each function has one: `ChatRole` belongs to the group `ChatLogGroup`. */
const groups = Object.keys(roles).map((role) => role.replace(/Role$/, 'LogGroup'));

module.exports = { extensions: Object.fromEntries(groups.map((id) => [id, { Properties: { KmsKeyId } }])) };

import config from './jest.config.js';

/** `npm run test:security`: the whole security suite, with the parts that are too long for `npm test`. */
/** @type {import('jest').Config} */
export default {
  ...config,
  testMatch: ['<rootDir>/tests/security/*.{test,security}.ts'],
};

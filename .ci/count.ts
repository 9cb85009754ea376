export type Count = { passed: number; failed: number };

/** The fields of Jest's `--json` output that are counted. */
export type JestResult = {
  numPassedTests: number;
  numFailedTests: number;
  /** Test files that failed before their first test, such as by a syntax error. */
  numRuntimeErrorTestSuites: number;
  testResults: { assertionResults: { status: string; ancestorTitles: string[]; fullName: string }[] }[];
};

/**
 * Counts the tests of a run.
 * @param skips `forbidden` counts a skipped test as failed
 * @returns `skipped`: the names of skipped suites, or of skipped tests outside any suite
 */
export function countTests(
  result: JestResult,
  skips: 'allowed' | 'forbidden',
): { count: Count; skipped: string[] } {
  const assertions = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = assertions.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const failed =
    result.numFailedTests + result.numRuntimeErrorTestSuites + (skips === 'forbidden' ? skipped.length : 0);
  const names = skipped.map(({ ancestorTitles, fullName }) => ancestorTitles[0] ?? fullName);
  return { count: { passed: result.numPassedTests, failed }, skipped: [...new Set(names)] };
}

export type Count = { passed: number; failed: number };

/** What Jest's `--json` tells of a run, as far as it is counted. */
export type JestResult = {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that failed before any of their tests could. */
  numRuntimeErrorTestSuites: number;
  testResults: { assertionResults: { status: string; ancestorTitles: string[]; fullName: string }[] }[];
};

/**
 * Counts a run of Jest.
 * @param required nothing may be skipped: what was counts as failed
 * @returns `skipped`: the names of the suites, or single tests, that were
 */
export function countTests(result: JestResult, required: boolean): { count: Count; skipped: string[] } {
  const assertions = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = assertions.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + (required ? skipped.length : 0);
  const names = skipped.map(({ ancestorTitles, fullName }) => ancestorTitles[0] ?? fullName);
  return { count: { passed: result.numPassedTests, failed }, skipped: [...new Set(names)] };
}

import { isProps, type Json, list, ofType, type Template } from './template.ts';

/** A metric that an alarm or a graph reads. A dimension's value is null if it may be any, or is not known. */
export type WantedMetric = {
  where: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string | null>;
};

type Widget = { properties?: { metrics?: Json[][] } };

/** The metrics in the graphs of every dashboard, including those of SEARCH expressions. */
export function dashboardMetrics(template: Template): WantedMetric[] {
  return ofType(template, 'AWS::CloudWatch::Dashboard').flatMap(({ id, properties }) => {
    const { widgets } = JSON.parse(bodyOf(properties.DashboardBody)) as { widgets: Widget[] };
    return widgets
      .flatMap(({ properties: graph }) => graphMetrics(graph?.metrics ?? []))
      .map((each) => {
        return { where: id, ...each };
      });
  });
}

/** The text of a `Fn::Sub` with its variables replaced; variables of AWS are replaced by their names. */
function bodyOf(value: Json | undefined): string {
  const [text, variables] = isProps(value) ? list(value['Fn::Sub']) : [value];
  const known = isProps(variables) ? variables : {};
  return String(text).replaceAll(/\$\{([\w:.]+)\}/g, (_all, name: string) => String(known[name] ?? name));
}

type GraphMetric = Omit<WantedMetric, 'where'>;

function graphMetrics(rows: Json[][]): GraphMetric[] {
  let before: string[] = [];
  return rows.flatMap((row) => {
    const [first] = row;
    if (isProps(first)) return parseSearch(String(first.expression));
    before = expandRow(
      row.filter((part) => typeof part === 'string'),
      before,
    );
    const [namespace = '', metric = '', ...dimensions] = before;
    return [{ namespace, metric, dimensions: pairs(dimensions) }];
  });
}

/** Expands a row: `.` repeats a part of the row above, `...` repeats all parts. */
function expandRow(row: string[], before: string[]): string[] {
  if (row[0] === '...') return [...before.slice(0, before.length - row.length + 1), ...row.slice(1)];
  return row.map((part, index) => (part === '.' ? (before[index] ?? '') : part));
}

function pairs(flat: string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (let at = 0; at < flat.length; at += 2) result[flat[at] ?? ''] = flat[at + 1] ?? '';
  return result;
}

/** @throws Error for an expression that is not `SEARCH('{namespace,dimensions} MetricName=… other="value"', …)` */
function parseSearch(expression: string): GraphMetric[] {
  const [, schema, terms] = /^SEARCH\('\{([^}]+)\} ([^']+)'/.exec(expression) ?? [];
  const [, names] = /MetricName=(\([^)]+\)|"[^"]+")/.exec(terms ?? '') ?? [];
  if (!schema || !terms || !names) throw new Error(`Not a SEARCH for named metrics: ${expression}`);
  const [namespace = '', ...dimensions] = schema.split(',').map((part) => part.replaceAll('"', ''));
  const valueOf = (name: string) => new RegExp(`\\b${name}="([^"]+)"`).exec(terms)?.[1] ?? null;
  const wanted = Object.fromEntries(dimensions.map((name) => [name, valueOf(name)]));
  return [...names.matchAll(/"([^"]+)"/g)].map(([, metric = '']) => ({
    namespace,
    metric,
    dimensions: wanted,
  }));
}

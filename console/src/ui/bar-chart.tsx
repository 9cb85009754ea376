import { classes } from './classes.ts';

const FILLS = {
  accent: 'fill-accent',
  good: 'fill-good',
  warn: 'fill-warn',
  bad: 'fill-bad',
  quiet: 'fill-line-strong',
} as const;
const DOTS = {
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  quiet: 'bg-line-strong',
} as const;

export type Series = { name: string; tone: keyof typeof FILLS };
export type Bar = { label: string /** One value for each series. */; values: number[] };

type ChartProps = {
  /** What is drawn, for screen readers and above the chart. */
  label: string;
  series: Series[];
  bars: Bar[];
  format(value: number): string;
  /** A line across, such as a budget. */
  limit?: { name: string; value: number } | null;
};

const HEIGHT = 140;
const WIDTH = 600;

/** Stacked bars over time. The same numbers are a table for screen readers. */
export function BarChart({ label, series, bars, format, limit }: ChartProps) {
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const highest = Math.max(...totals, limit?.value ?? 0);
  const top = highest || 1;
  const step = WIDTH / Math.max(bars.length, 1);
  const lineAt = limit ? HEIGHT - (limit.value / top) * HEIGHT : 0;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="font-medium">{label}</span>
        {series.length > 1 &&
          series.map(({ name, tone }) => (
            <span key={name} className="flex items-center gap-1.5 text-quiet">
              <span aria-hidden className={classes('size-2 rounded-full', DOTS[tone])} />
              {name}
            </span>
          ))}
        <span className="ml-auto text-quiet tabular-nums">{highest > 0 && format(highest)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-36 w-full border-b border-line"
        aria-hidden
      >
        {bars.map((bar, at) => (
          <Stack
            key={bar.label}
            bar={bar}
            series={series}
            x={at * step}
            width={step}
            top={top}
            format={format}
          />
        ))}
        {limit && (
          <line
            x1={0}
            x2={WIDTH}
            y1={lineAt}
            y2={lineAt}
            className="stroke-bad"
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          >
            <title>{`${limit.name}: ${format(limit.value)}`}</title>
          </line>
        )}
      </svg>
      <div aria-hidden className="mt-1 flex justify-between text-xs text-quiet">
        <span>{bars[0]?.label}</span>
        <span>{bars.length > 1 && bars.at(-1)?.label}</span>
      </div>
      <NumbersTable label={label} series={series} bars={bars} format={format} />
    </figure>
  );
}

type StackProps = Pick<ChartProps, 'series' | 'format'> & { bar: Bar; x: number; width: number; top: number };

function Stack({ bar, series, x, width, top, format }: StackProps) {
  const heights = bar.values.map((value) => (value / top) * HEIGHT);
  const parts = heights.map((height, at) => ({
    at,
    height,
    y: HEIGHT - heights.slice(0, at + 1).reduce((sum, each) => sum + each, 0),
  }));
  const gap = Math.min(width * 0.25, 6);
  return (
    <g>
      <title>{`${bar.label}: ${bar.values.map((value, at) => `${series[at]?.name} ${format(value)}`).join(', ')}`}</title>
      <rect x={x} y={0} width={width} height={HEIGHT} className="fill-transparent hover:fill-sunken" />
      {parts.map(({ at, height, y }) => (
        <rect
          key={series[at]?.name}
          x={x + gap / 2}
          y={y}
          width={width - gap}
          height={height}
          className={classes('pointer-events-none', FILLS[series[at]?.tone ?? 'accent'])}
        />
      ))}
    </g>
  );
}

function NumbersTable({ label, series, bars, format }: Omit<ChartProps, 'limit'>) {
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              {bar.values.map((value, at) => (
                <td key={series[at]?.name}>{format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import type { Estimate } from '../metrics/statistics.ts';

type Bar = { name: string; estimate: Estimate };
export type Group = { title: string; bars: Bar[] };

const WIDTH = 760;
const ROW = 22;
const GAP = 16;
const LEFT = 190;
const PLOT = WIDTH - LEFT - 70;
const TOP = 62;
const COLORS = ['#8b949e', '#f59e0b', '#2563eb'];

/**
 * Draws shares from 0 to 1 as horizontal bars with their intervals, group by group, as an SVG that is legible on light
 * and dark backgrounds.
 */
export function drawChart(title: string, groups: Group[]): string {
  const heights = groups.map(({ bars }) => bars.length * ROW + GAP);
  const height = TOP + heights.reduce((sum, each) => sum + each, 0) + 30;
  const parts = groups.map(({ title, bars }, at) => {
    const top = TOP + heights.slice(0, at).reduce((sum, each) => sum + each, 0);
    const name = `<text x="16" y="${top + 15}" font-weight="600">${escapeText(title)}</text>`;
    return [name, ...bars.map((bar, row) => drawBar(bar, top + row * ROW, row))].join('\n');
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((tick) => {
    const x = toX(tick).toFixed(1);
    return `<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${height - 30}"/><text x="${x}" y="${TOP - 14}" text-anchor="middle">${tick}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<style>text{fill:#24292f}.grid{stroke:#8b949e;stroke-opacity:.35}.interval{stroke:#24292f;stroke-width:1.5}@media (prefers-color-scheme:dark){text{fill:#e6edf3}.interval{stroke:#e6edf3}}</style>
<text x="16" y="24" font-size="15" font-weight="600">${escapeText(title)}</text>
${ticks.join('\n')}
${parts.join('\n')}
<text x="${LEFT}" y="${height - 10}">Lines: 95 % intervals</text>
</svg>
`;
}

function drawBar({ name, estimate: { value, low, high, count } }: Bar, top: number, row: number): string {
  const label = `<text x="${LEFT - 8}" y="${top + 15}" text-anchor="end">${escapeText(name)}</text>`;
  if (count === 0) return label;
  const middle = top + ROW / 2;
  const [from, to] = [low, high].map((each) => toX(each).toFixed(1));
  const color = COLORS[row % COLORS.length];
  return [
    label,
    `<rect x="${LEFT}" y="${top + 3}" width="${(toX(value) - LEFT).toFixed(1)}" height="${ROW - 6}" rx="2" fill="${color}"/>`,
    `<path class="interval" fill="none" d="M${from} ${middle}H${to}M${from} ${middle - 4}v8M${to} ${middle - 4}v8"/>`,
    `<text x="${LEFT + PLOT + 10}" y="${top + 15}">${value.toFixed(3)}</text>`,
  ].join('\n');
}

function toX(share: number): number {
  return LEFT + share * PLOT;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

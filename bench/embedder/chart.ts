type Series = { name: string; color: string; values: number[] };
type Chart = { title: string; groups: string[]; series: Series[]; line: { name: string; value: number } };

const WIDTH = 760;
const HEIGHT = 360;
const LEFT = 50;
const TOP = 50;
const BOTTOM = 50;
const PLOT = HEIGHT - TOP - BOTTOM;

/** Draws grouped bars and a dashed line as an SVG that is legible on light and dark backgrounds. */
export function barChart({ title, groups, series, line }: Chart): string {
  const most = Math.max(line.value, ...series.flatMap(({ values }) => values)) * 1.1;
  const y = (value: number) => TOP + PLOT - (value / most) * PLOT;
  const groupWidth = (WIDTH - LEFT - 20) / groups.length;
  const barWidth = (groupWidth * 0.7) / series.length;
  const bars = groups.flatMap((_, group) =>
    series.map(({ color, values }, i) => {
      const value = values[group] ?? 0;
      const x = LEFT + group * groupWidth + groupWidth * 0.15 + i * barWidth;
      return `<rect x="${x.toFixed(1)}" y="${y(value).toFixed(1)}" width="${(barWidth - 4).toFixed(1)}" height="${(TOP + PLOT - y(value)).toFixed(1)}" fill="${color}" rx="2"/>${label(x + barWidth / 2 - 2, y(value) - 5, value.toFixed(0))}`;
    }),
  );
  const names = groups.map((name, i) => label(LEFT + (i + 0.5) * groupWidth, TOP + PLOT + 20, name));
  const legend = series.map(
    ({ name, color }, i) =>
      `<rect x="${LEFT + 160 + i * 150}" y="14" width="12" height="12" fill="${color}"/><text x="${LEFT + 178 + i * 150}" y="24">${name}</text>`,
  );
  const at = y(line.value).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
<style>text{fill:#24292f}.axis{stroke:#8b949e}@media (prefers-color-scheme:dark){text{fill:#e6edf3}}</style>
<text x="${LEFT}" y="24" font-size="15" font-weight="600">${title}</text>
${legend.join('\n')}
${bars.join('\n')}
<line class="axis" x1="${LEFT}" x2="${WIDTH - 20}" y1="${TOP + PLOT}" y2="${TOP + PLOT}"/>
<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${at}" y2="${at}" stroke="#dc2626" stroke-dasharray="6 4"/>
<text x="${WIDTH - 24}" y="${Number(at) - 6}" text-anchor="end" fill="#dc2626">${line.name} ${line.value.toFixed(0)}</text>
${names.join('\n')}
</svg>
`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="middle">${text}</text>`;
}

/** A line of a plot. */
export interface Line {
  readonly name: string;
  /** Points in the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot of lines. */
export interface Plot {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly lines: readonly Line[];
  /** Whether x grows tenfold in equal steps. */
  readonly logX: boolean;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

const WIDTH = 860;
const HEIGHT = 360;
const LEFT = 64;
const BOTTOM = 44;
const TOP = 30;
const RIGHT = 170;

/** Colours that can be told apart on light and dark ground. */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#cc79a7',
  '#56b4e9',
  '#8c6bb1',
  '#999933',
  '#aa4499',
  '#44aa99',
  '#888888',
  '#dd7788',
  '#6699cc',
];

/** A plot as SVG, in the colours of the page around it. */
export function plotSvg(plot: Plot): string {
  const scale = scaleOf(plot);
  const lines = plot.lines.map((line, i) => {
    const colour = COLOURS[i % COLOURS.length] ?? '#888888';
    const path = line.points.map(([x, y]) => `${scale.x(x).toFixed(1)},${scale.y(y).toFixed(1)}`).join(' ');
    const at = TOP + 14 + i * 18;
    const legend =
      `<rect x="${WIDTH - RIGHT + 14}" y="${at - 9}" width="14" height="4" fill="${colour}"/>` +
      `<text x="${WIDTH - RIGHT + 34}" y="${at - 3}">${escapeHtml(line.name)}</text>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${path}"/>${legend}`;
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(plot.title)}">`,
    `<text x="${LEFT}" y="18" class="title">${escapeHtml(plot.title)}</text>`,
    ...ticks(scale.minX, scale.maxX, plot.logX).map((x) => gridX(scale.x(x), plot.formatX(x))),
    ...ticks(0, scale.maxY, false).map((y) => gridY(scale.y(y), plot.formatY(y))),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(plot.xTitle)}</text>`,
    `<text x="14" y="${TOP - 2}">${escapeHtml(plot.yTitle)}</text>`,
    ...lines,
    '</svg>',
  ].join('\n');
}

interface Scale {
  readonly minX: number;
  readonly maxX: number;
  readonly maxY: number;
  x(value: number): number;
  y(value: number): number;
}

function scaleOf({ lines, logX }: Plot): Scale {
  const xs = lines
    .flatMap(({ points }) => points.map(([x]) => x))
    .filter((x) => Number.isFinite(x) && (!logX || x > 0));
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const minX = xs.reduce((a, b) => Math.min(a, b), Infinity);
  const maxX = xs.reduce((a, b) => Math.max(a, b), -Infinity);
  const maxY = ys.reduce((a, b) => Math.max(a, b), 1e-9);
  const along = (x: number): number => (logX ? Math.log(Math.max(x, 1e-9)) : x);
  const span = along(maxX) - along(minX) || 1;
  return {
    minX,
    maxX,
    maxY,
    x: (value) => LEFT + ((along(value) - along(minX)) / span) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - (value / maxY) * (HEIGHT - TOP - BOTTOM),
  };
}

/** Ticks below which an axis is hard to read. */
const FEW_TICKS = 3;

/** Round values between two limits, about five of them; an axis of one value has that one. */
export function ticks(min: number, max: number, log: boolean): readonly number[] {
  if (!Number.isFinite(min) || !Number.isFinite(max) || (log && min <= 0)) return [];
  if (min === max) return [min];
  return log ? logTicks(min, max) : linearTicks(min, max);
}

function logTicks(min: number, max: number): readonly number[] {
  const powers = inDecades(min, max, [1]);
  if (powers.length >= FEW_TICKS) return powers;
  const finer = inDecades(min, max, [1, 2, 5]);
  // Between limits this close a logarithmic axis is almost an even one.
  return finer.length > 1 ? finer : linearTicks(min, max);
}

function inDecades(min: number, max: number, factors: readonly number[]): readonly number[] {
  const all = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    for (const factor of factors) all.push(decimal(factor, power));
  }
  return all.filter((value) => value >= min && value <= max);
}

function linearTicks(min: number, max: number): readonly number[] {
  // A fifth of 0.8 - 0.3 is a little more than 0.1, which must not double the step.
  const rough = ((max - min) / 5) * (1 - 1e-9);
  const power = Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((size) => decimal(size, power) >= rough) ?? 10;
  const step = decimal(factor, power);
  const first = Math.floor(min / step);
  // Quotients are rounded: the step after the last one may still lie within the limits.
  const count = Math.floor(max / step) + 2 - first;
  const all = Array.from({ length: count > 0 ? count : 0 }, (_, i) => decimal((first + i) * factor, power));
  return all.filter((value) => value >= min && value <= max);
}

/** An integer times a power of ten, as close as numbers are: 6 and -1 give 0.6 and not 0.6000000000000001. */
function decimal(integer: number, power: number): number {
  return power < 0 ? integer / Number(`1e${-power}`) : integer * Number(`1e${power}`);
}

function gridX(x: number, label: string): string {
  return (
    `<line class="grid" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
    `<text x="${x.toFixed(1)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${escapeHtml(label)}</text>`
  );
}

function gridY(y: number, label: string): string {
  return (
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/>` +
    `<text x="${LEFT - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${escapeHtml(label)}</text>`
  );
}

/** Text that is safe in HTML and its attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Two kinds of chart as SVG text: lines over a linear or logarithmic axis, and horizontal bars.
 * Written by hand so that results need no plotting package. Light background, no scripts, no fonts
 * of its own: legible in any browser and on a repository's page.
 */

export interface Axis {
  readonly label: string;
  /** The default is "linear". A logarithmic axis needs values above 0. */
  readonly scale?: "linear" | "log";
  /** The default is the range of the data, rounded out to a tick on a linear axis. */
  readonly min?: number;
  readonly max?: number;
  /** The values with a grid line. The default is round numbers. */
  readonly ticks?: readonly number[];
  /** Formats the value of a tick or a bar. The default puts a comma between thousands. */
  readonly format?: (value: number) => string;
}

export interface Series {
  readonly name: string;
  /** Pairs [x, y], by ascending x. */
  readonly points: readonly (readonly [number, number])[];
  /** Drawn dashed and dark: a bound or a goal to compare the others with. */
  readonly isReference?: boolean;
}

export interface LineChart {
  readonly title: string;
  /** One line below the title: what was measured, and on what. */
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The text after the bar, instead of its value. */
  readonly note?: string;
  /** Drawn in the strong colour. If no bar is marked, all are. */
  readonly isOwn?: boolean;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle?: string;
  readonly axis: Axis;
  /** From the top to the bottom. */
  readonly bars: readonly Bar[];
}

/** Colours that people who see few colours can tell apart (Okabe and Ito), dark enough on white. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b0578d", "#e69f00", "#56b4e9", "#7a5195"];
const REFERENCE = "#222222";
const MUTED = "#9aa5b1";
const GRID = "#e3e6ea";
const TEXT = "#222222";
const FAINT_TEXT = "#5a6472";
const WIDTH = 820;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Scale {
  readonly ticks: readonly number[];
  /** Between 0 and 1 within the axis. */
  readonly at: (value: number) => number;
  readonly format: (value: number) => string;
}

export function lineChart(chart: LineChart): string {
  const height = 460;
  const box: Box = { left: 78, right: WIDTH - 170, top: 74, bottom: height - 58 };
  const x = scaleOf(
    chart.x,
    chart.series.flatMap((series) => series.points.map(([value]) => value)),
  );
  const y = scaleOf(
    chart.y,
    chart.series.flatMap((series) => series.points.map(([, value]) => value)),
  );
  const left = (value: number): number => box.left + x.at(value) * (box.right - box.left);
  const top = (value: number): number => box.bottom - y.at(value) * (box.bottom - box.top);

  const parts = [
    ...y.ticks.flatMap((tick) => [
      line(box.left, top(tick), box.right, top(tick), GRID),
      text(box.left - 8, top(tick) + 4, y.format(tick), { anchor: "end", colour: FAINT_TEXT }),
    ]),
    ...x.ticks.flatMap((tick) => [
      line(left(tick), box.top, left(tick), box.bottom, GRID),
      text(left(tick), box.bottom + 18, x.format(tick), { anchor: "middle", colour: FAINT_TEXT }),
    ]),
    line(box.left, box.bottom, box.right, box.bottom, FAINT_TEXT),
    text((box.left + box.right) / 2, height - 16, chart.x.label, { anchor: "middle" }),
    text(22, (box.top + box.bottom) / 2, chart.y.label, { anchor: "middle", turned: true }),
  ];
  const colours = coloursOf(chart.series);
  for (const [number, series] of chart.series.entries()) {
    const colour = colours[number] ?? REFERENCE;
    const dash = series.isReference === true ? ' stroke-dasharray="6 4"' : "";
    const points = series.points.map(([px, py]) => `${round(left(px))},${round(top(py))}`);
    parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`);
    if (series.points.length <= 40)
      for (const [px, py] of series.points) parts.push(`<circle cx="${round(left(px))}" cy="${round(top(py))}" r="3" fill="${colour}"/>`);
    const row = box.top + 8 + number * 22;
    parts.push(`<path d="M${box.right + 18} ${row}h26" stroke="${colour}" stroke-width="3"${dash}/>`);
    parts.push(text(box.right + 52, row + 4, series.name, {}));
  }
  return page(height, chart, parts);
}

export function barChart(chart: BarChart): string {
  const rowHeight = 30;
  const longest = Math.max(0, ...chart.bars.map((bar) => bar.name.length));
  const box: Box = {
    left: Math.min(330, 30 + longest * 7.2),
    right: WIDTH - 110,
    top: 74,
    bottom: 74 + Math.max(1, chart.bars.length) * rowHeight,
  };
  const values = chart.bars.map((bar) => bar.value);
  // A bar's length is its value only if bars begin at 0. Otherwise the shortest bar still has some
  // length.
  const isLog = chart.axis.scale === "log";
  const origin = isLog ? 10 ** Math.floor(Math.log10(Math.min(...values) / 2)) : 0;
  const scale = scaleOf(chart.axis, [origin, ...values]);
  const left = (value: number): number => box.left + scale.at(value) * (box.right - box.left);
  const hasOwn = chart.bars.some((bar) => bar.isOwn === true);

  const parts = scale.ticks.flatMap((tick) => [
    line(left(tick), box.top, left(tick), box.bottom, GRID),
    text(left(tick), box.bottom + 18, scale.format(tick), { anchor: "middle", colour: FAINT_TEXT }),
  ]);
  for (const [number, bar] of chart.bars.entries()) {
    const top = box.top + number * rowHeight;
    const end = left(bar.value);
    const colour = hasOwn && bar.isOwn !== true ? MUTED : (COLOURS[0] ?? MUTED);
    parts.push(
      text(box.left - 8, top + 20, bar.name, { anchor: "end" }),
      // A bar of the axis's least value stays visible as a thin line.
      `<rect x="${box.left}" y="${top + 5}" width="${round(Math.max(1, end - box.left))}" height="${rowHeight - 10}" fill="${colour}"/>`,
      text(Math.max(end, box.left) + 6, top + 20, bar.note ?? scale.format(bar.value), { colour: FAINT_TEXT }),
    );
  }
  parts.push(
    line(box.left, box.top, box.left, box.bottom, FAINT_TEXT),
    text((box.left + box.right) / 2, box.bottom + 42, chart.axis.label, { anchor: "middle" }),
  );
  return page(box.bottom + 60, chart, parts);
}

/**
 * References are all dark. The others take colours in their order, so that a name keeps its colour
 * from chart to chart.
 */
function coloursOf(series: readonly Series[]): readonly string[] {
  let next = 0;
  return series.map((each) => (each.isReference === true ? REFERENCE : (COLOURS[next++ % COLOURS.length] ?? REFERENCE)));
}

function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const format = axis.format ?? ((value: number): string => value.toLocaleString("en", { maximumFractionDigits: 3 }));
  const isLog = axis.scale === "log";
  let min = axis.min ?? Math.min(...values);
  let max = axis.max ?? Math.max(...values);
  // With one value only, or with none, any width is right.
  if (!(max > min))
    [min, max] = isLog ? [(min || 1) / 2, (min || 1) * 2] : [Number.isFinite(min) ? min : 0, (Number.isFinite(min) ? min : 0) + 1];
  const steps = axis.ticks ?? (isLog ? logTicks(min, max) : linearTicks(min, max));
  if (!isLog && axis.min === undefined) min = Math.min(min, ...steps);
  if (!isLog && axis.max === undefined) max = Math.max(max, ...steps);
  const place = isLog ? Math.log : (value: number): number => value;
  const [from, to] = [place(min), place(max)];
  return {
    ticks: steps.filter((tick) => tick >= min && tick <= max),
    at: (value) => Math.min(1, Math.max(0, (place(value) - from) / (to - from))),
    format,
  };
}

/** About six round numbers, the outermost at or beyond the ends. */
function linearTicks(min: number, max: number): readonly number[] {
  const rough = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? 10 * power;
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step);
  return Array.from({ length: last - first + 1 }, (_, number) => Number(((first + number) * step).toPrecision(12)));
}

/** 1, 2 and 5 of each power of ten, or only the powers if there are more than three of them. */
function logTicks(min: number, max: number): readonly number[] {
  const first = Math.floor(Math.log10(min));
  const last = Math.ceil(Math.log10(max));
  const factors = last - first > 2 ? [1] : [1, 2, 5];
  const powers = Array.from({ length: last - first + 1 }, (_, number) => first + number);
  return powers.flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(12))));
}

function page(
  height: number,
  { title, subtitle }: { readonly title: string; readonly subtitle?: string },
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`,
    ` font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${escaped(title)}">\n`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n`,
    `<text x="24" y="30" font-size="17" font-weight="600" fill="${TEXT}">${escaped(title)}</text>\n`,
    subtitle === undefined ? "" : `${text(24, 51, subtitle, { colour: FAINT_TEXT })}\n`,
    parts.join("\n"),
    "\n</svg>\n",
  ].join("");
}

interface TextStyle {
  readonly anchor?: "middle" | "end";
  readonly colour?: string;
  readonly turned?: boolean;
}

function text(x: number, y: number, content: string, style: TextStyle): string {
  const anchor = style.anchor === undefined ? "" : ` text-anchor="${style.anchor}"`;
  const turn = style.turned === true ? ` transform="rotate(-90 ${round(x)} ${round(y)})"` : "";
  return `<text x="${round(x)}" y="${round(y)}"${anchor}${turn} fill="${style.colour ?? TEXT}">${escaped(content)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

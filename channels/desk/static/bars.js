/**
 * Where the bars of a chart stand.
 *
 * Pure geometry: numbers in, rectangles out. What they mean is written in the table beside the chart.
 */

const STEPS = [1, 2, 5];

/** A round number not below `most`, and the lines to draw up to it. */
export function scale(most) {
  if (!(most > 0)) return {top: 1, lines: [0, 1]};
  let step = 1;
  for (let power = 1; ; power *= 10) {
    const fitting = STEPS.map((one) => one * power).find((one) => most / one <= 4);
    if (fitting) {
      step = fitting;
      break;
    }
  }
  const top = Math.ceil(most / step) * step;
  return {top, lines: Array.from({length: top / step + 1}, (_, index) => index * step)};
}

/**
 * Upright bars, one group for each row and one bar for each key of it.
 *
 * @param size `{width, height}` of the field that the bars stand in
 * @returns `{bars: [{x, y, width, height, key, row}], top, lines}`
 */
export function upright(rows, keys, {width, height}) {
  const {top, lines} = scale(Math.max(0, ...rows.flatMap((row) => keys.map((key) => row[key] ?? 0))));
  const group = width / Math.max(1, rows.length);
  const bar = Math.min(22, (group * 0.72) / keys.length);
  const bars = rows.flatMap((row, index) =>
    keys.map((key, place) => {
      const tall = ((row[key] ?? 0) / top) * height;
      const x = index * group + (group - bar * keys.length) / 2 + place * bar;
      return {x, y: height - tall, width: Math.max(1, bar - 1.5), height: tall, key, row};
    }),
  );
  return {bars, top, lines, group};
}

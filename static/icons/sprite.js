/*
 * Draws the one sprite: `node static/icons/sprite.js > icons.svg`, and with
 * the word `icon` the picture of the browser's tab. The seal's
 * outline is a formula (a disc pressed by hand, not a circle), so it is
 * computed here and never copied about; the line icons are strokes in a box
 * of 20. Colours are the page's: currentColor and the custom properties of
 * app.css, which reach the copies that <use> makes.
 */
import { line } from './line.js';

const n = (x) => String(Math.round(x * 100) / 100);
const at = (/** @type {number[]} */ [x, y]) => `${n(x)} ${n(y)}`;

/**
 * Points around (c, c) at the distance radius(t).
 * @param {number} c @param {(t: number) => number} radius
 * @param {number} from @param {number} to @param {number} steps
 */
function around(c, radius, from, to, steps) {
  const points = [];
  for (let i = 0; i <= steps; i++) {
    const t = from + ((to - from) * i) / steps;
    const r = radius(t);
    points.push([c + r * Math.cos(t), c + r * Math.sin(t)]);
  }
  return points;
}

/** A smooth path through points (Catmull-Rom, written as cubics). */
function smooth(points, closed) {
  const last = points.length - 1;
  const get = (i) =>
    closed
      ? points[(i + points.length) % points.length]
      : points[Math.max(0, Math.min(last, i))];
  let d = `M${at(points[0])}`;
  for (let i = 0; i < (closed ? points.length : last); i++) {
    const [a, b, c, e] = [get(i - 1), get(i), get(i + 1), get(i + 2)];
    const one = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6];
    const two = [c[0] - (e[0] - b[0]) / 6, c[1] - (e[1] - b[1]) / 6];
    d += `C${at(one)} ${at(two)} ${at(c)}`;
  }
  return closed ? `${d}Z` : d;
}

const wax = (t) =>
  21 + 0.95 * Math.sin(7 * t + 0.5) + 0.55 * Math.sin(3 * t + 1.2) +
  0.3 * Math.sin(11 * t);
const lobes = (radius, depth, count) => (t) =>
  radius - depth + depth * Math.cos(count * t - Math.PI / 2);
const ring = (c, radius) =>
  smooth(around(c, radius, 0, 2 * Math.PI, 66).slice(0, -1), true);

const outline = ring(24, wax);
const small = ring(8, lobes(7.4, 0.4, 11));
const open16 = ring(8, lobes(6.9, 0.42, 9));
const open24 = ring(12, lobes(10.2, 0.6, 9));
const zigzag = [[24.6, 3], [21, 11], [27.5, 17.5], [20.5, 26], [27, 33],
  [23, 45]];

/** One half of the broken seal: a side of the outline, then the crack. */
function half(side) {
  const down = side === 'left';
  const [from, to] = down ? [0.53, 1.48] : [-0.47, 0.5];
  const rim = around(24, wax, from * Math.PI, to * Math.PI, 36);
  const crack = down ? zigzag : [...zigzag].reverse();
  return `${smooth(rim, false)}L${crack.map(at).join('L')}Z`;
}

function arc(from, to) {
  const points = around(24, () => 14.2, from * Math.PI, to * Math.PI, 12);
  return smooth(points, false);
}

const tick48 = 'M17.6 24.6 22.1 29.1 30.7 19.5';
const stroke = (d, width, colour) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}"` +
  ' stroke-linecap="round" stroke-linejoin="round"/>';
const fill = (d, colour) => `<path d="${d}" fill="${colour}"/>`;
const white = '#fff';
const turn = { left: 'translate(-2.2 1.2) rotate(-7 24 24)',
  right: 'translate(4.6 .6) rotate(8 24 24)' };
const broken = (inner) =>
  ['left', 'right'].map((side) =>
    `<g transform="${turn[side]}">${fill(half(side), 'var(--danger)')}` +
    `${inner ? stroke(inner[side], 1.6, 'var(--danger-bg)') : ''}</g>`).join('');
const question = (d, dot, width) =>
  stroke(d, width, 'currentColor') + fill(dot, 'currentColor');
const dot = (x, y, r) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

const seal24 = fill(outline, 'var(--wax)') + fill(dot(24, 24, 14.2), 'var(--wax-2)');
const left16 = 'M7.1 1.1C5.6 1 4.9 2 3.6 2.5 2.4 3.2 2.3 4.5 1.4 5.5.6 6.7.9 7.8 1 9' +
  'c.2 1.3 1.2 2 1.8 3.1.8 1 2 1.2 3.1 1.7L4.9 10.8 7 8.2 4.7 5.2Z';
const right16 = 'M9.9 2.2c1.2.1 2.1.7 3 1.5.8.9 1.8 1.6 2 2.8' +
  '.2 1.2-.2 2.2-.4 3.3-.5 1.1-.7 2.2-1.7 2.9-.9.8-2 .9-3.1 1.7' +
  'L8.1 11.8 10.2 9 7.9 6Z';

/** name → [viewBox side, content] */
const marks = {
  'seal-48': [48, seal24 + `<circle cx="24" cy="24" r="14.2" fill="none"` +
    ` stroke="var(--wax-3)" stroke-opacity=".75" stroke-width="1.2"/>` +
    stroke(tick48, 3.2, white)],
  'seal-24': [48, seal24 + stroke(tick48, 3.6, white)],
  'seal-16': [16, fill(small, 'var(--wax)') + stroke('M5.1 8.2 7.2 10.3 11 6', 1.7, white)],
  'broken-48': [52, `<g transform="translate(1 2)">` +
    `${broken({ left: arc(0.75, 1.3), right: arc(-0.3, 0.3) })}</g>`],
  'broken-24': [52, `<g transform="translate(1 2)">${broken(null)}</g>`],
  'broken-16': [16, fill(left16, 'var(--danger)') + fill(right16, 'var(--danger)')],
  'open-16': [16, stroke(open16, 1.2, 'currentColor') +
    question('M6.4 6.5a1.65 1.65 0 1 1 2.5 1.5c-.6.3-.9.6-.9 1.1', dot(8, 10.9, 0.75), 1.2)],
  'open-24': [24, stroke(open24, 1.5, 'currentColor') +
    question('M9.6 9.7a2.4 2.4 0 1 1 3.7 2.1c-.9.5-1.3.9-1.3 1.7', dot(12, 16.2, 1), 1.5)],
  'will-24': [24, stroke(open24, 1.5, 'currentColor') + stroke('M8.5 12.3 11 14.8 15.6 9.7', 1.5, 'currentColor')],
  'signed-16': [16, stroke(open16, 1.2, 'currentColor')],
  mark: [48, fill(outline, 'var(--act)') +
    stroke('M30.2 18.4c-.9-2.3-3.2-3.6-6.2-3.6-3.5 0-6 1.8-6 4.7' +
      ' 0 6.5 12.6 2.9 12.6 9.3 0 2.9-2.7 4.8-6.5 4.8-3.5 0-6-1.6-6.8-4.2',
      3.6, 'var(--on-act)')],
};

const symbols = Object.entries(marks).map(([id, [side, content]]) =>
  `<symbol id="${id}" viewBox="0 0 ${side} ${side}">${content}</symbol>`);
for (const [id, d] of Object.entries(line))
  symbols.push(`<symbol id="${id}" viewBox="0 0 20 20">` +
    `${stroke(d, id === 'more' ? 2 : 1.5, 'currentColor')}</symbol>`);


/* The browser's tab shows the mark alone, where page colours do not reach. */
const tab = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">' +
  String(marks.mark[1]).replaceAll('var(--act)', '#22314a')
    .replaceAll('var(--on-act)', '#fff') + '</svg>\n';

process.stdout.write(process.argv[2] === 'icon'
  ? tab
  : '<svg xmlns="http://www.w3.org/2000/svg">\n' +
    `${symbols.join('\n')}\n</svg>\n`);

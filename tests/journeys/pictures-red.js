/*
 * How much red is in a picture, and where: the PNG files that Chromium writes
 * (8 bits, RGB or RGBA, not interlaced) are read here, pixel by pixel.
 */
import zlib from 'node:zlib';

/** The joined data of a file's IDAT pieces, and what IHDR says. */
function unpack(png) {
  const pieces = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      pieces.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const kind = png[25];
  if (png[24] !== 8 || (kind !== 2 && kind !== 6) || png[28] !== 0)
    throw new Error('a PNG file of another kind');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20),
    step: kind === 6 ? 4 : 3, data: zlib.inflateSync(Buffer.concat(pieces)) };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up),
    Math.abs(guess - corner)];
  if (a <= b && a <= c)
    return left;
  return b <= c ? up : corner;
}

/* One line of bytes made whole, by the number of its filter: `from` is the
 * line as written, `to` where it goes, `over` the line above it. */
const filters = [
  (from, to) => to.set(from),
  (from, to, over, step) => {
    for (let x = 0; x < to.length; x += 1)
      to[x] = from[x] + (x < step ? 0 : to[x - step]);
  },
  (from, to, over) => {
    for (let x = 0; x < to.length; x += 1)
      to[x] = from[x] + over[x];
  },
  (from, to, over, step) => {
    for (let x = 0; x < to.length; x += 1)
      to[x] = from[x] + (((x < step ? 0 : to[x - step]) + over[x]) >> 1);
  },
  (from, to, over, step) => {
    for (let x = 0; x < to.length; x += 1)
      to[x] = from[x] + (x < step ? over[x]
        : paeth(to[x - step], over[x], over[x - step]));
  },
];

/** @returns {{width: number, height: number, step: number, at: Buffer}} */
export function decode(png) {
  const { width, height, step, data } = unpack(png);
  const row = width * step;
  const at = Buffer.alloc(row * height);
  let over = Buffer.alloc(row);
  for (let y = 0; y < height; y += 1) {
    const start = y * (row + 1);
    const to = at.subarray(y * row, (y + 1) * row);
    filters[data[start]](data.subarray(start + 1, start + 1 + row), to, over,
      step);
    over = to;
  }
  return { width, height, step, at };
}

/* The hue of wax is 353 degrees, of amber 25 to 35: between 315 and 12, blue
 * less than 3/4 of red and green less than half of the way, is red. */
function isRed(r, g, b) {
  return r > 96 && r - Math.min(g, b) > r * 0.42 && g - b < (r - b) * 0.2 &&
    b - g < (r - g) * 0.75;
}

/**
 * Counts red pixels inside and outside of boxes ({x, y, width, height}); what
 * is in `skipped` does not count.
 */
export function countRed(png, boxes, skipped = []) {
  const { width, height, step, at } = decode(png);
  const within = (list, x, y) => list.some((box) =>
    x >= box.x - 1 && x < box.x + box.width + 1 &&
    y >= box.y - 1 && y < box.y + box.height + 1);
  const found = { inside: 0, outside: 0, first: '' };
  for (let y = 0, to = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, to += step) {
      if (!isRed(at[to], at[to + 1], at[to + 2]) || within(skipped, x, y))
        continue;
      if (within(boxes, x, y)) {
        found.inside += 1;
      } else {
        found.first ||= `${x},${y}`;
        found.outside += 1;
      }
    }
  return found;
}

/*
 * A dishonest server, as a generator: changes to an honest signing request,
 * each of which must be refused. Seeded, so that a failure can be repeated.
 */

/** Mulberry32. @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    /** @param {number} n */
    below: (n) => Math.floor(next() * n),
    /** @template T @param {T[]} list @returns {T} */
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}
/** @typedef {ReturnType<typeof random>} Random */
/** @typedef {any} Request */

const ALPHABET = 'abcXYZ019 =-_<>@,;:"\\\r\n\t/+?.\0é\u202e';
const FIELDS = ['Bcc: eve@evil.test', 'To: eve@evil.test', 'X-A: b',
  'Content-Type: text/html; charset=utf-8', 'Subject: Paid',
  'From: eve@evil.test', 'Reply-To: eve@evil.test', 'HP-Outer: To: x@y.z',
  'HP-Outer: Subject: Paid', 'HP-Outer: Bcc: eve@evil.test',
  'Content-Transfer-Encoding: 8bit', 'MIME-Version: 1.0', 'Comments: a'];

/** @param {string} text @param {number} at @param {number} gone
 *  @param {string} put */
const spliced = (text, at, gone, put) =>
  text.slice(0, at) + put + text.slice(at + gone);

/** Changes to one literal piece. @type {((text: string, r: Random) =>
 *   string)[]} */
const textChanges = [
  (text, r) => spliced(text, r.below(text.length), 1,
    r.pick([...ALPHABET])),
  (text, r) => spliced(text, r.below(text.length + 1), 0,
    r.pick([...ALPHABET])),
  (text, r) => spliced(text, r.below(text.length), 1 + r.below(9), ''),
  (text, r) => {
    const i = r.below(text.length);
    const c = text[i];
    return spliced(text, i, 1, c === c.toLowerCase() ? c.toUpperCase()
      : c.toLowerCase());
  },
  (text, r) => onLines(text, (lines) => lines.splice(r.below(lines.length),
    1)),
  (text, r) => onLines(text, (lines) => {
    const i = r.below(lines.length);
    lines.splice(i, 0, lines[i]);
  }),
  (text, r) => onLines(text, (lines) => {
    const i = r.below(lines.length);
    const j = r.below(lines.length);
    [lines[i], lines[j]] = [lines[j], lines[i]];
  }),
  (text, r) => onLines(text, (lines) =>
    lines.splice(r.below(lines.length + 1), 0, r.pick(FIELDS))),
  (text, r) => onLines(text, (lines) => {
    const i = r.below(lines.length);
    lines[i] = Buffer.from(r.pick(['Paid', lines[i]])).toString('base64');
  }),
  (text, r) => text.replace('\r\n', r.pick(['\n', '\r', '\r\n \r\n',
    '\r\n\t', ' \r\n'])),
  (text, r) => text + r.pick(['\r\n', 'x', '--', 'epilogue\r\n']),
  (text) => text.replace('utf-8', 'utf-7'),
  (text) => text.replace('attachment', 'inline'),
  (text, r) => text.replace(/hp="\w+"/, r.pick(['hp="clear"', 'hp="cipher"',
    'hp=""', 'hp="CIPHER"'])),
  (text, r) => text.replace('Subject: [...]', `Subject: ${r.pick(['[..]', '',
    '[...] ', 'Paid', '[...]\r\nHP-Outer: To: x@y.z'])}`),
  (text) => text.replace(/HP-Outer: .*\r\n/, ''),
  (text) => text.replaceAll(/HP-Outer: [^]*?\r\n(?! )/g, ''),
];

/** @param {string} text @param {(lines: string[]) => void} change */
function onLines(text, change) {
  const lines = text.split('\r\n');
  change(lines);
  return lines.join('\r\n');
}

/** Changes to the list of pieces. @type {((list: any[], r: Random) =>
 *   void)[]} */
const listChanges = [
  (list, r) => list.splice(r.below(list.length), 1),
  (list, r) => list.splice(r.below(list.length + 1), 0,
    r.pick(['x', { file: 0 }, { text: 'x' }, { file: 9 }, 7, null, {},
      { file: -1 }, { file: 0.5 }, { file: '0' }, []])),
  (list, r) => {
    const i = r.below(list.length);
    const j = r.below(list.length);
    [list[i], list[j]] = [list[j], list[i]];
  },
  (list, r) => {
    const i = list.findIndex((piece) => typeof piece !== 'string');
    if (i >= 0)
      list[i] = r.pick([{ file: 1 }, { file: 2 }, 'UGFpZA==\r\n', '']);
  },
  (list) => list.reverse(),
];

/** Changes to bytes in base64. @type {((bytes: Buffer, r: Random) =>
 *   Buffer)[]} */
const byteChanges = [
  (bytes, r) => {
    bytes[r.below(bytes.length)] ^= 1 << r.below(8);
    return bytes;
  },
  (bytes, r) => bytes.subarray(0, r.below(bytes.length)),
  (bytes, r) => Buffer.concat([bytes, Buffer.alloc(1 + r.below(9))]),
  (bytes, r) => {
    const i = r.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, i), Buffer.from([r.below(256)]),
      bytes.subarray(i)]);
  },
  (bytes, r) => {
    const i = r.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)]);
  },
];

/** Changes to the request around them. @type {((request: Request,
 *   r: Random) => void)[]} */
const requestChanges = [
  (request, r) => {
    const at = Date.parse(request.signing_time);
    const seconds = r.pick([-240, -60, -1, 1, 60, 240]);
    request.signing_time =
      new Date(at + seconds * 1000).toISOString().replace('.000', '');
  },
  (request, r) => {
    request.signing_time = r.pick(['', null, 'now', 1795581000,
      '2026-11-25T04:30:00+00:00', '2026-11-25 04:30:00Z',
      '2026-11-25T04:30:00.000Z', '2026-02-31T04:30:00Z']);
  },
  (request, r) => {
    request.expires = r.pick(['', null, 'later', '2026-11-25T04:30:00Z',
      '2026-13-25T04:30:00Z', '2020-01-01T00:00:00Z']);
  },
  (request, r) => {
    request.kid = r.pick(['', null, request.kid.toUpperCase(),
      request.kid.slice(1), 'ab'.repeat(32)]);
  },
  (request, r) => {
    request.algorithm = r.pick(['', null, 'rsa-sha1', 'pss-sha256',
      'rsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512', 'none', 'toString']);
  },
  (request, r) => {
    request.protection = r.pick(['sign', 'sign+encrypt', 'none', '', 7]);
  },
  (request, r) => {
    request.entity = r.pick([null, '', {}, [], [''], request.entity[0],
      { length: 1, 0: request.entity[0] }]);
  },
  (request, r) => {
    request.attributes = r.pick([null, '', 7, ` ${request.attributes}`,
      `${request.attributes}\n`, request.attributes.slice(4), [],
      request.attributes.replace(/=*$/, '====')]);
  },
];

/** A request that differs from the honest one.
 * @param {Request} honest @param {Random} r @returns {Request} */
export function spoiled(honest, r) {
  const want = JSON.stringify(honest);
  for (;;) {
    const request = JSON.parse(want);
    const kind = r.below(10);
    if (kind < 5) {
      const texts = request.entity.map((/** @type {any} */ piece, i) => i)
        .filter((i) => typeof request.entity[i] === 'string');
      const i = r.pick(texts);
      request.entity[i] = r.pick(textChanges)(request.entity[i], r);
    } else if (kind < 7) {
      r.pick(listChanges)(request.entity, r);
    } else if (kind < 9) {
      request.attributes = r.pick(byteChanges)(
        Buffer.from(request.attributes, 'base64'), r).toString('base64');
    } else {
      r.pick(requestChanges)(request, r);
    }
    if (isOther(request, honest))
      return request;
  }
}

/* A text cut in two, or joined with an empty one, says the same. */
function isOther(/** @type {Request} */ a, /** @type {Request} */ b) {
  return flat(a) !== flat(b);
}

/** @param {Request} request */
function flat(request) {
  const entity = Array.isArray(request.entity)
    ? request.entity.map((/** @type {any} */ piece) =>
      typeof piece === 'string' ? piece : piece?.text ?? `\0${
        JSON.stringify(piece)}\0`).join('') : request.entity;
  return JSON.stringify({ ...request, entity });
}

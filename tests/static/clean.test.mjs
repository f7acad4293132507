/*
 * The sanitiser of message HTML as the page has it, in a real browser: what
 * it lets through, however the HTML was mangled, and that reading its result
 * again changes nothing (SEC-39).
 */
import './node-globals.mjs';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build as bundle } from '../../static/node_modules/esbuild/lib/main.js';
import puppeteer from '../../static/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';
import { shapes } from '../journeys/lib/shapes.js';

const CHROMIUM = '/usr/bin/chromium';
const MUTANTS = 1000;
const root = fileURLToPath(new URL('../../static/', import.meta.url));

const purify = `${root}node_modules/dompurify/dist/purify.es.mjs`;

/** What sanitisers have stumbled over: their own result, read again. */
const nested = [
  '<math><mtext><table><mglyph><style><!--</style><img src onerror=x>',
  '<svg></p><style><a id="</style><img src=1 onerror=x>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=x>',
  '<table><svg><desc><td><style></desc><img src=x onerror=x></style>',
  '<noscript><style></noscript><img src=x onerror=x></style>',
  '<style><style/><img src=x onerror=x></style>',
  '<xmp><p title="</xmp><img src=x onerror=x>">',
  '<select><style></select><img src=x onerror=x></style>',
  '<p style="background:u\\72l(http://a/)">', '<style>@\\69mport "a"</style>',
  '<a href="java&#9;script:x">a</a>', '<a href="&#1;javascript:x">a</a>',
  '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
  '<div id=location name=cookie>x</div><img name=body>',
  '<p style="position:fixed;inset:0">x</p>',
  '<style>p{position:sticky}</style>',
];

/** In the page: every way in which html came out other than harmless. */
async function judge(/** @type {string[]} */ list) {
  const { clean } = /** @type {any} */ (globalThis).sanitiser;
  const tags = /^(link|meta|base|form|svg|math|script|object|embed|i?frame|input|button|select|textarea|video|audio|source|track|picture|template|noscript|xmp|portal|applet|param)$/i;
  const fetched = /^(srcset|srcdoc|ping|background|action|formaction|poster|data|dynsrc|lowsrc|xlink:href|usemap|http-equiv|autofocus)$/i;
  const style = /url\s*\(|@import|@font-face|expression|-moz-binding|\\/i;
  const faults = [];
  const at = document.createElement('template');
  for (const html of list) {
    const out = await clean(html, { images: {}, remote: false });
    const say = (/** @type {string} */ what) =>
      faults.push(`${what}: ${html} gave ${out}`);
    at.innerHTML = out;
    if (out.includes('<') && at.innerHTML !== out) // else plain text
      say('another reading');
    if (await clean(out, { images: {}, remote: false }) !== out)
      say('not done');
    for (const node of at.content.querySelectorAll('*')) {
      if (tags.test(node.tagName))
        say(node.tagName);
      if (node.tagName === 'STYLE' && style.test(node.textContent ?? ''))
        say('style sheet');
      for (const { name, value } of node.attributes)
        if (/^on/i.test(name) || fetched.test(name) ||
            (name === 'style' && style.test(value)) ||
            (name === 'href' && !/^\s*(https?:|mailto:|tel:)/i.test(value)) ||
            (name === 'src' && !/^data:image\/(png|jpeg|gif|webp);/i
              .test(value)))
          say(name);
    }
  }
  return faults;
}

/** The same mutants every time: pieces of the shapes cut and joined. */
function mutants(/** @type {string[]} */ seeds, /** @type {number} */ count) {
  let state = 39;
  const below = (/** @type {number} */ n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  const pick = () => seeds[below(seeds.length)];
  const glue = ['', '<', '>', '"', '/', '<!--', '-->', '</style>', '<svg>',
    '<math>', '<table>', '<style>', '</p>', '<template>', '\0', '&lt;'];
  return Array.from({ length: count }, () => {
    const [a, b] = [pick(), pick()];
    return a.slice(0, below(a.length + 1)) + glue[below(glue.length)] +
      b.slice(below(b.length + 1));
  });
}

async function openSanitiser(/** @type {any} */ browser) {
  const built = await bundle({ entryPoints: [`${root}clean.js`], bundle: true,
    format: 'iife', globalName: 'sanitiser', write: false,
    plugins: [{ name: 'purify', setup: (build) => build.onResolve(
      { filter: /\/purify\.js$/ }, () => ({ path: purify })) }] });
  const page = await browser.newPage();
  await page.goto('data:text/html,<!doctype html><body>');
  await page.evaluate(`${built.outputFiles[0].text};
    globalThis.sanitiser = sanitiser`);
  return page;
}

test('sec_39_only_harmless_html_comes_out_and_stays_so', async (t) => {
  if (!existsSync(CHROMIUM)) {
    t.skip('skipped: no chromium');
    return;
  }
  const browser = await puppeteer.launch({ executablePath: CHROMIUM,
    headless: true, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await openSanitiser(browser);
    const seeds = [...shapes('sink.example'), ...nested];
    assert.deepEqual(await page.evaluate(judge, seeds), []);
    assert.deepEqual(await page.evaluate(judge, mutants(seeds, MUTANTS)), []);
    const kept = '<p style="color: red">a <b>b</b></p>';
    assert.equal(await page.evaluate('sanitiser.clean(' +
      `${JSON.stringify(kept)}, {images: {}, remote: false})`), kept);
  } finally {
    await browser.close();
  }
});

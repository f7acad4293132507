/*
 * node tests/journeys/pictures.js BUILD [only]: every page, wide, middle and
 * phone, light and dark, in French and English, to BUILD/pictures; and for
 * each page what axe-core (WCAG 2.2 AA) says and whether it scrolls sideways
 * at 320 pixels. Ends with 1 when something is wrong. `only` is a pattern of
 * names: `read-.*1440-light-fr`.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSite } from './pictures-site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const need = createRequire(path.join(root, 'static/package.json'));
const puppeteer = need('puppeteer-core');
const axe = fs.readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const [build = 'build', only = '.'] = process.argv.slice(2);
const wanted = new RegExp(only);
const sizes = [[1440, 900], [900, 800], [390, 844]];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/* Pictures of a page after something was done on it. */
const acts = {
  'read-verified': { details: '.facts > summary' },
  'read-unknown': { details: '.facts > summary' },
  'read-altered': { steps: '.banner .danger', details: '.facts + .facts > summary' },
  'compose': { cc: '[data-line=cc]' },
};

function pictures() {
  const names = fs.readdirSync(path.join(root, 'tests/fcgi/contexts'))
    .map((name) => path.basename(name, '.json'))
    .filter((name) => name !== 'common');
  return names.flatMap((name) => [[name, '', null],
    ...Object.entries(acts[name] ?? {}).map(([what, where]) =>
      [name, `-${what}`, where])]);
}

async function look(tab, name) {
  const wrong = [];
  const found = await tab.evaluate(`${axe}; axe.run(document, {
    runOnly: ${JSON.stringify(tags)}, iframes: false })`);
  for (const rule of found.violations)
    wrong.push(`${name}: ${rule.id}: ` +
      rule.nodes.map((node) => node.target.join(' ')).join(', '));
  const size = tab.viewport();
  await tab.setViewport({ ...size, width: 320 });
  const wide = await tab.evaluate('document.documentElement.scrollWidth');
  if (wide > 320)
    wrong.push(`${name}: ${wide} pixels wide at 320`);
  await tab.setViewport(size);
  return wrong;
}

async function take(tab, site, [fixture, suffix, act], lang, where) {
  const wrong = [];
  for (const scheme of ['light', 'dark']) {
    for (const [width, height] of sizes) {
      const name = `${fixture}${suffix}-${width}-${scheme}-${lang}`;
      if (!wanted.test(name))
        continue;
      await tab.setViewport({ width, height, deviceScaleFactor: 1 });
      await tab.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' }]);
      await tab.goto(`${site.url}/${lang}/${fixture}`,
        { waitUntil: 'networkidle0' });
      if (act !== null)
        await tab.$eval(act, (node) => node.click());
      await tab.screenshot({ path: path.join(where, `${name}.png`) });
      wrong.push(...await look(tab, name));
    }
  }
  return wrong;
}

const site = await openSite(path.resolve(build), root);
const browser = await puppeteer.launch({ executablePath:
  process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update'] });
const where = path.join(build, 'pictures');
fs.mkdirSync(where, { recursive: true });
const tab = await browser.newPage();
const wrong = [];
/* Taking mail apart to make it harmless meets its style attributes, which
 * the page's policy refuses to apply and reports: as it should. */
tab.on('console', (line) => {
  if (line.type() === 'error' && !line.text().includes('inline style'))
    wrong.push(`${tab.url()}: console: ${line.text()}`);
});
tab.on('pageerror', (error) => wrong.push(`${tab.url()}: ${error.message}`));
for (const lang of ['fr', 'en'])
  for (const picture of pictures())
    wrong.push(...await take(tab, site, picture, lang, where));
await browser.close();
site.close();
for (const line of new Set(wrong))
  console.log(line);
console.log(`pictures: in ${where}, ${new Set(wrong).size} things wrong`);
process.exitCode = wrong.length > 0 ? 1 : 0;

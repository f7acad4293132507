/**
 * Every page as its fixture shows it: wide, middle and phone, light and dark,
 * French and English, to BUILD/pictures. Each page is looked at by axe-core
 * (WCAG 2.2 AA), must not scroll sideways at 900 and 320 pixels, must have no
 * style of its own, and may be red only where a verified seal is. PICTURES is
 * a pattern of names for when only some are wanted: `read-altered`.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { chromiumArgs, executablePath } from '../chromium.js';
import { countRed } from './pictures-red.js';
import { openSite } from './pictures-site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const build = path.resolve(process.env.BUILD ?? path.join(root, 'build'));
const where = path.join(build, 'pictures');
const wanted = new RegExp(process.env.PICTURES ?? '.');
const need = createRequire(path.join(root, 'static/package.json'));
const puppeteer = need('puppeteer-core');
const axe = fs.readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const sizes = [[1440, 900], [900, 800], [390, 844]];
const schemes = ['light', 'dark'];
/* A check takes each page wide and light in French, whose words are longer,
 * and every other one on a phone, dark and in English. SCEAU_LONG, which
 * check-long sets, takes all twelve turns. */
const long = Boolean(process.env.SCEAU_LONG);
const turns = { fr: ['1440-light'], en: ['390-dark'] };
const isOwn = (lang, number) => number % 2 === Number(lang === 'en');
/* Words are not what axe looks at: each language has half. */
const inspected = { fr: ['1440-light', '390-dark'],
  en: ['390-light', '1440-dark'] };
const inspects = (lang, which, number) => long
  ? inspected[lang].includes(which) : isOwn(lang, number);

const click = (selector) => (tab) =>
  tab.$eval(selector, (node) => node.click());

async function createVault(tab) {
  await click('#have-file')(tab);
  await tab.waitForSelector('#vault-none:not([hidden])');
  for (const field of ['#new-phrase', '#same-phrase'])
    await tab.type(field, 'cheval agrafe pile correcte');
  await click('#create-vault button.fill')(tab);
  await tab.waitForSelector('#vault-open:not([hidden])');
}

/* What is done on a page before another picture of it is taken. The vault
 * stays in the browser, so the page of keys comes last. */
const acts = {
  'read-verified': { details: click('.facts > summary') },
  'read-unknown': { details: click('.facts > summary') },
  'read-altered': { steps: click('.banner .danger'),
    details: click('.facts + .facts > summary') },
  'compose': { cc: click('[data-line=cc]'), panel: click('#panel-open') },
  'keys': { stolen: click('.cert [data-stolen]') },
  'keys-empty': { ask: click('#ask-certificate'), open: createVault,
    locked: (tab) => tab.waitForSelector('#vault-locked:not([hidden])'),
    phrase: click('#open-vault') },
};

function pictures() {
  const names = fs.readdirSync(path.join(root, 'tests/fcgi/contexts'))
    .map((name) => path.basename(name, '.json'))
    .filter((name) => name !== 'common');
  const last = (name) => Number(name.startsWith('keys'));
  names.sort((a, b) => last(a) - last(b) || (a < b ? 1 : -1));
  return names.flatMap((name, number) => [
    { fixture: name, name, number },
    ...Object.entries(acts[name] ?? {}).map(([what, act]) =>
      ({ fixture: name, name: `${name}-${what}`, act, number })),
  ]).filter(({ name }) => wanted.test(name));
}

/** Everything that comes late has come: scripts, vault, frame and fonts. */
function settled() {
  const main = document.querySelector('main');
  const app = document.querySelector('.app') === null ||
    main.dataset.ready !== undefined;
  const vault = document.querySelector('#vault')?.hidden !== true ||
    document.querySelector('#folders[data-secure]') === null;
  const keys = main.dataset.page !== 'keys' || document.querySelector(
    'section[id^=vault-]:not([hidden]), #ask:not([hidden])') !== null;
  const frames = [...document.querySelectorAll('iframe')]
    .every((frame) => frame.style.height !== '');
  return app && vault && keys && frames && document.fonts.status === 'loaded';
}

/** Where seals are, and where letters of the sender may have any colour. */
function boxesOf() {
  const box = (node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return { x, y, width, height };
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    seals: all('use[href*="#seal-"]').map((use) => use.closest('svg'))
      .filter((svg) => svg.checkVisibility()).map(box),
    senders: [...all('iframe'), ...all('bdi, .text').filter((node) =>
      /\p{Emoji_Presentation}/u.test(node.textContent))].map(box),
    seen: all('.security .seal').some((svg) => svg.checkVisibility()),
  };
}

/** What is wider than its place, which some parts would only hide. */
function tooWide() {
  return ['html', 'main', '.reading', '.list', '.rows', '.column', 'form']
    .filter((selector) => [...document.querySelectorAll(selector)]
      .some((node) => node.scrollWidth > node.clientWidth &&
        node.checkVisibility()));
}

class Camera {
  constructor(tab, lang) {
    Object.assign(this, { tab, lang, wrong: [], taken: 0 });
    /* Making mail harmless meets its style attributes, which the policy
     * refuses to apply and reports: as it should. */
    tab.on('console', (line) => line.type() === 'error' &&
      !line.text().includes('inline style') && this.say(line.text()));
    /* A draft that nobody keeps here asks before its page is left. */
    tab.on('dialog', (dialog) => void dialog.accept());
    tab.on('pageerror', (error) => this.say(error.message));
  }

  say(what) {
    this.wrong.push(`${this.name} ${this.lang}: ${what}`);
  }

  async open(url, { fixture, act }) {
    await this.tab.setViewport({ width: 1440, height: 900 });
    const answer = await this.tab.goto(`${url}/${this.lang}/${fixture}`,
      { waitUntil: 'load' });
    const html = (await answer.text()).replace(/<script[^]*?<\/script>/g, '');
    if (/\sstyle=|<style/.test(html))
      this.say('has a style of its own');
    await this.tab.waitForFunction(settled, { polling: 20 });
    await act?.(this.tab);
  }

  async shoot(name, fixture) {
    const { data } = await this.session.send('Page.captureScreenshot',
      { format: 'png', optimizeForSpeed: true });
    const png = Buffer.from(data, 'base64');
    fs.writeFileSync(path.join(where, `${name}.png`), png);
    this.taken += 1;
    const { seals, senders, seen } = await this.tab.evaluate(boxesOf);
    const { inside, outside, first } = countRed(png, seals, senders);
    if (outside > 0)
      this.say(`${name}: ${outside} red pixels, the first at ${first}`);
    if (seen && inside < 200)
      this.say(`${name}: a seal with ${inside} red pixels`);
    if (seen && !/^read-(verified|confidential)$/.test(fixture))
      this.say(`${name}: a seal on what is not verified`);
  }

  async inspect(name) {
    await this.tab.evaluate(axe);
    const { violations } = await this.tab.evaluate((runOnly) =>
      globalThis.axe.run(document, { runOnly, iframes: false,
        resultTypes: ['violations'] }), tags);
    for (const rule of violations)
      this.say(`${name}: ${rule.id}: ` +
        rule.nodes.map((node) => node.target.join(' ')).join(', '));
  }

  async take(url, picture) {
    this.name = picture.name;
    await this.open(url, picture);
    for (const [width, height] of sizes) {
      await this.tab.setViewport({ width, height });
      for (const scheme of schemes) {
        const which = `${width}-${scheme}`;
        if (!long && !turns[this.lang].includes(which))
          continue;
        const name = `${picture.name}-${which}-${this.lang}`;
        await this.tab.emulateMediaFeatures([
          { name: 'prefers-color-scheme', value: scheme },
          { name: 'prefers-reduced-motion', value: 'reduce' }]);
        await this.shoot(name, picture.fixture);
        if (inspects(this.lang, which, picture.number))
          await this.inspect(name);
      }
    }
    for (const width of [900, 320]) {
      await this.tab.setViewport({ width, height: 640 });
      const wide = await this.tab.evaluate(tooWide);
      if (wide.length > 0)
        this.say(`too wide at ${width}: ${wide.join(', ')}`);
    }
  }
}

async function takeAll(url, lang) {
  const browser = await puppeteer.launch({ executablePath, headless: true,
    args: chromiumArgs });
  try {
    const camera = new Camera(await browser.newPage(), lang);
    camera.session = await camera.tab.createCDPSession();
    for (const picture of pictures())
      if (long || lang === 'fr' || isOwn(lang, picture.number))
        await camera.take(url, picture);
    return camera;
  } finally {
    await browser.close();
  }
}

test('the style sheet takes at most 12 KiB over the wire', () => {
  const hash = fs.readFileSync(path.join(build, 'static-version'), 'utf8');
  const css = fs.readFileSync(path.join(build, 'static', hash.trim(),
    'app.css'));
  assert.ok(zlib.gzipSync(css).length <= 12 * 1024);
});

test('every page stands up to its specification', async (t) => {
  fs.mkdirSync(where, { recursive: true });
  const site = await openSite(build, root);
  t.after(() => site.close());
  const done = await Promise.all(['fr', 'en'].map((lang) =>
    takeAll(site.url, lang)));
  t.diagnostic(`${done[0].taken + done[1].taken} pictures in ${where}`);
  assert.deepEqual(done.flatMap(({ wrong }) => [...new Set(wrong)]), []);
});

/**
 * A real Chromium or Firefox, driven as a person would: by what is written on
 * the page and by the keyboard.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumArgs, executablePath } from '../../chromium.js';
import { site } from './site.js';

const modules = path.resolve(process.env.SCEAU_NODE_MODULES);
const require = createRequire(path.join(modules, 'x.js'));
const found = require.resolve('puppeteer-core');
const { default: puppeteer } = await import(pathToFileURL(found).href);

const firefox = process.env.SCEAU_BROWSER === 'firefox';

/** What Firefox is told by its preferences: the language, and the proxy even
 * for this machine. */
function firefoxPreferences(language, proxy) {
  return { 'intl.accept_languages': language, 'ui.prefersReducedMotion': 1,
    ...proxy ? { 'network.proxy.type': 1, 'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': proxy,
      'network.proxy.allow_hijacking_localhost': true } : {} };
}

async function launchFirefox({ proxy, language }) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-home-'));
  const userDataDir = path.join(home, 'profile');
  fs.mkdirSync(userDataDir);
  const browser = await puppeteer.launch({ browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr', headless: true, userDataDir,
    env: { ...process.env, HOME: home }, protocolTimeout: 120000,
    extraPrefsFirefox: firefoxPreferences(language, proxy) });
  return { browser, userDataDir };
}

/** Launches with a profile of its own; proxy: port of a recording proxy.
 * SCEAU_BROWSER=firefox takes that. */
export async function launch({ proxy, profile, language = 'fr' } = {}) {
  if (firefox) return launchFirefox({ proxy, language });
  const args = [`--lang=${language}`, ...chromiumArgs];
  if (proxy) {
    args.push(`--proxy-server=http://127.0.0.1:${proxy}`,
      '--proxy-bypass-list=<-loopback>');
  }
  const userDataDir = profile
    ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sceau-profile-'));
  const browser = await puppeteer.launch({
    executablePath, headless: true, args, userDataDir,
    protocolTimeout: 120000,
  });
  return { browser, userDataDir };
}

/** A page of 1440 x 900 that fails the test on a script error. */
export async function newPage(browser, { language = 'fr', width = 1440,
  height = 900, dark = false } = {}) {
  // Firefox draws no page, and counts no frame, behind another of a window.
  const page = await browser.newPage(firefox ? { type: 'window' } : {});
  await page.setViewport({ width, height });
  if (!firefox) {
    await page.setExtraHTTPHeaders({ 'Accept-Language': language });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' }]);
  }
  page.setDefaultTimeout(20000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  return page;
}

export async function signIn(page, name, password = site.password) {
  await page.goto(`${site.url}/sign-in`);
  await page.type('input[name=login]', `${name}@demo.test`);
  await page.type('input[name=password]', password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await ready(page);
}

/** A page without JavaScript, signed in; and what presses and waits. */
export async function plainPage(browser, name) {
  const page = await newPage(browser);
  await page.setJavaScriptEnabled(false);
  const press = (selector) => Promise.all([page.waitForNavigation(),
    page.click(selector)]);
  await page.goto(`${site.url}/sign-in`);
  await page.type('#login', `${name}@demo.test`);
  await page.type('#password', site.password);
  await press('.gate .btn');
  return { page, press };
}

/** Waits until the page's script has started. */
export function ready(page) {
  return page.waitForSelector('main[data-ready], .refusal:not([hidden])');
}

/** Visible text of the page's main region. */
export function mainText(page) {
  return page.$eval('main', (main) => main.innerText);
}

/** Waits until main holds text. */
export async function waitForText(page, text, selector = 'main') {
  await page.waitForFunction((wanted, where) => [...document
    .querySelectorAll(where)].some((at) => at.innerText.includes(wanted)),
  { timeout: 20000 }, text, selector);
}

/** The page as a picture under $BUILD/pictures/journey. */
export async function picture(page, name) {
  const folder = path.join(site.build, 'pictures', 'journey');
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`),
    optimizeForSpeed: !firefox });
}

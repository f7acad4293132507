/* The browsers that are installed here, and how tests start them. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import puppeteer from '../../static/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';

const all = /** @type {const} */ ([
  ['chromium', '/usr/bin/chromium', ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync']],
  ['firefox', '/usr/bin/firefox-esr', []],
]);

export const browsers = all.map(([name, executablePath, args]) => ({
  name,
  /** Why it cannot be used here, or ''. */
  missing: existsSync(executablePath) ? '' : `skipped: no ${executablePath}`,
  /** @param {string} home a folder for what it writes */
  launch(home) {
    const own = path.join(home, `home-${name}`);
    mkdirSync(own, { recursive: true });
    return puppeteer.launch({ executablePath, args: [...args],
      headless: true, browser: name === 'firefox' ? 'firefox' : 'chrome',
      env: { ...process.env, HOME: own } });
  },
}));

/* The browsers that are installed here, and how tests start them. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromiumArgs, executablePath } from '../chromium.js';
import puppeteer from '../../static/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';

const all = /** @type {const} */ ([
  ['chromium', executablePath, chromiumArgs],
  ['firefox', '/usr/bin/firefox-esr', []],
]);

export const browsers = all.map(([name, program, args]) => ({
  name,
  /** Why it cannot be used here, or ''. */
  missing: existsSync(program) ? '' : `skipped: no ${program}`,
  /** @param {string} home a folder for what it writes */
  launch(home) {
    const own = path.join(home, `home-${name}`);
    mkdirSync(own, { recursive: true });
    return puppeteer.launch({ executablePath: program, args: [...args],
      headless: true, browser: name === 'firefox' ? 'firefox' : 'chrome',
      env: { ...process.env, HOME: own } });
  },
}));

/**
 * What an administrator does in the browser, every click counted: the tabs of
 * administration, accounts, and the authority.
 */
import { fill } from './acts.js';
import { newPage, picture, signIn, waitForText } from './browser.js';

export class Administrator {
  /** Signs admin@demo.test in, in a browser of their own. */
  static async start(browser, name = 'admin') {
    const page = await newPage(await browser.createBrowserContext());
    await signIn(page, name);
    return new Administrator(page);
  }

  constructor(page) {
    this.page = page;
    this.clicks = 0;
  }

  async press(selector) {
    await this.page.waitForSelector(selector, { visible: true });
    this.clicks += 1;
    await this.page.click(selector);
  }

  /** Until the next page has started, after what leads to it. */
  async goes(act) {
    await this.page.$eval('main', (main) => { main.dataset.old = ''; });
    await act();
    await this.page.waitForSelector('main[data-ready]:not([data-old])');
  }

  /** Presses what leads to another page. */
  follow(selector) {
    return this.goes(() => this.press(selector));
  }

  async tab(name) {
    if (!await this.page.$('nav.rooms'))
      await this.follow('#folders a[href="/admin"]');
    await this.follow(`nav.rooms a[href="/admin/${name}"]`);
  }

  /** forbidden, allowed, pre-enabled or inherit, for one account. */
  async option(person, option) {
    await this.tab('accounts');
    const url = await this.page.$$eval('#accounts a', (links, wanted) => links
      .find((link) => link.innerText.includes(wanted))?.getAttribute('href'),
    `${person}@demo.test`);
    await this.follow(`#accounts a[href="${url}"]`);
    await this.press(`input[name=option][value="${option}"]`);
    await this.follow('.office form button.fill');
    await waitForText(this.page, 'Enregistré');
  }

  async makeAuthority(name) {
    await this.tab('authority');
    await fill(this.page, '#name', name);
    await this.follow('#make button.fill');
    await waitForText(this.page, 'L’autorité est créée');
    await picture(this.page, 'admin-authority-made');
  }

  async approveAll() {
    await this.tab('authority');
    await this.follow('#requests button[value=approve]');
    await picture(this.page, 'admin-authority-approved');
  }

  async rule(name) {
    await this.tab('authority');
    await this.press(`input[name=rule][value=${name}]`);
    await this.follow('#rule button');
  }

  approveAutomatically() {
    return this.rule('automatic');
  }

  approveByHand() {
    return this.rule('by-hand');
  }
}

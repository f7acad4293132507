/** How every test starts Chromium: alone, quiet, drawing by the processor. */
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const chromiumArgs = ['--disable-gpu', '--disable-quic',
  '--no-first-run', '--disable-sync', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update',
  '--force-color-profile=srgb',
  // Pages of the browser's own window, which nobody sees here, are half of
  // what a start costs.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,' +
    'WebUIOmniboxFullPopup',
  ...process.getuid?.() === 0 ? ['--no-sandbox'] : []];

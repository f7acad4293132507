/*
 * The only script of the message frame: an opaque origin that can load
 * nothing and reach nothing. It shows the HTML that came through the port,
 * already made harmless, and tells its height.
 */
'use strict';

(function begin() {
  /** @param {MessagePort} port */
  function serve(port) {
    port.onmessage = function show(event) {
      /* Sanitised on the other side; this document has no Trusted Types,
       * no origin and no network. */
      // eslint-disable-next-line no-restricted-syntax
      document.body.innerHTML = event.data.html;
      for (const image of document.images)
        image.addEventListener('load', () => tellHeight(port));
      tellHeight(port);
      if (event.data.ask)
        document.addEventListener('click', (click) => hold(click, port));
    };
    new ResizeObserver(() => tellHeight(port)).observe(document.body);
    document.addEventListener('keydown', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey &&
          event.key.length === 1 && event.key !== ' ')
        port.postMessage({ key: event.key });
    });
  }

  /** @param {MessagePort} port */
  function tellHeight(port) {
    port.postMessage({ height: Math.ceil(
      document.documentElement.getBoundingClientRect().height) });
  }

  /** @param {MouseEvent} event @param {MessagePort} port */
  function hold(event, port) {
    const link = /** @type {Element} */ (event.target).closest('a[href]');
    if (!(link instanceof HTMLAnchorElement))
      return;
    event.preventDefault();
    port.postMessage({ link: link.href });
  }

  window.addEventListener('message', function once(event) {
    if (event.source !== window.parent || event.ports.length !== 1)
      return;
    window.removeEventListener('message', once);
    serve(event.ports[0]);
  });
})();

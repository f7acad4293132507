/*
 * Answers leave on a grid of 50 ms from their question, so that how long the
 * work took is not told (SEC-27).
 */
const STEP_MS = 50;

/** Does the work, and waits for the next step whatever became of it.
 * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function onGrid(work) {
  const start = performance.now();
  try {
    return await work();
  } finally {
    const late = (performance.now() - start) % STEP_MS;
    await new Promise((resolve) => {
      setTimeout(resolve, STEP_MS - late);
    });
  }
}

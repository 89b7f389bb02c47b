/**
 * Keeps what is written into the page's first message box, whatever becomes of the modules: it is there again after a
 * reload, until the composer takes it up and empties the box.
 *
 * A classic script of ES2015: it runs where the modules cannot.
 */
(() => {
  'use strict';
  const KEY = 'hotline.first';
  const box = document.querySelector('.first textarea');

  function keep() {
    try {
      sessionStorage.setItem(KEY, box.value);
    } catch (forbidden) {
      // as in a frame of another site: the text is still in the box
    }
  }

  function kept() {
    try {
      return sessionStorage.getItem(KEY);
    } catch (forbidden) {
      return null;
    }
  }

  const earlier = kept();
  if (earlier && earlier !== box.value) box.value = box.value ? `${earlier}\n${box.value}` : earlier;
  keep();
  box.addEventListener('input', keep);
})();

// What a reader would call broken in the layout of this page, in words; nothing if all is well.
const complaints = [];

// Not innerWidth: a phone's browser zooms out until a page that is too wide fits.
const width = arguments[0];
if (document.documentElement.scrollWidth > width || innerWidth !== width) {
  complaints.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
}

/** The part of a rectangle that the scrolling boxes around a node let through. */
function visible(rect, node) {
  let {left, top, right, bottom} = rect;
  for (let box = node.parentElement; box; box = box.parentElement) {
    const style = getComputedStyle(box);
    if (style.overflowX !== 'visible' && !(box instanceof SVGElement)) {
      const clip = box.getBoundingClientRect();
      left = Math.max(left, clip.left);
      top = Math.max(top, clip.top);
      right = Math.min(right, clip.right);
      bottom = Math.min(bottom, clip.bottom);
    }
  }
  return {left, top, right, bottom};
}

const boxes = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (!node.textContent.trim() || parent.closest('script, style, noscript') || !parent.checkVisibility()) {
    continue;
  }
  const range = document.createRange();
  range.selectNodeContents(node);
  for (const rect of range.getClientRects()) {
    const box = visible(rect, node);
    if (box.right - box.left > 1 && box.bottom - box.top > 1) {
      boxes.push({...box, text: node.textContent.trim().slice(0, 40), node});
    }
    if (box.right > width + 1 || box.left < -1) {
      complaints.push(`"${node.textContent.trim().slice(0, 40)}" reaches beyond the window`);
    }
  }
}

boxes.sort((a, b) => a.top - b.top);
boxes.forEach((a, i) => {
  for (let j = i + 1; j < boxes.length && boxes[j].top < a.bottom - 2; j++) {
    const b = boxes[j];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (a.node !== b.node && across > 1 && down > 2) {
      complaints.push(`"${a.text}" overlaps "${b.text}"`);
    }
  }
});

/** The luminance of a colour as WCAG 2 has it. */
function luminance(rgb) {
  const [r, g, b] = rgb.map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const rgb = color => (color.match(/[\d.]+/g) ?? []).map(Number);

function behind(node) {
  for (let box = node; box; box = box.parentElement) {
    const color = rgb(getComputedStyle(box).backgroundColor);
    if (color.length === 3 || color[3] === 1) {
      return color.slice(0, 3);
    }
  }
  return [255, 255, 255];
}

for (const box of boxes) {
  const parent = box.node.parentElement;
  const style = getComputedStyle(parent);
  const own = luminance(rgb(parent instanceof SVGElement ? style.fill : style.color));
  const ground = luminance(behind(parent));
  const contrast = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
  if (!(contrast >= 4.5)) {
    complaints.push(`"${box.text}" has a contrast of ${contrast.toFixed(1)}`);
  }
}

// A table that is cut off says so, and can be scrolled without a mouse; one that is not says nothing.
for (const box of document.querySelectorAll('.scroll')) {
  const name = box.getAttribute('aria-label');
  const hint = document.getElementById(box.getAttribute('aria-describedby'));
  const cut = box.scrollWidth > box.clientWidth + 1;
  if (cut !== (hint?.checkVisibility() ?? false)) {
    complaints.push(`"${name}" is ${cut ? '' : 'not '}cut off, its hint says otherwise`);
  }
  if (cut && (box.tabIndex !== 0 || box.getAttribute('role') !== 'region' || !name)) {
    complaints.push(`"${name}" cannot be scrolled by keys or has no name`);
  }
  if (cut && box.clientWidth > 1200 && box.querySelectorAll('thead th').length <= 14) {
    complaints.push(`"${name}" does not fit a desk's screen`);
  }
}

return {complaints: [...new Set(complaints)], texts: boxes.length};

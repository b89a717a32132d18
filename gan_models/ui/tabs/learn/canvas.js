// Drawing as sharp as the screen, in the page's colours.

const COLOURS = ["ink", "paper", "muted", "line", "real", "fake", "accent"];

/** The page's colours by name, as they are now: light or dark. */
export function readPalette(root) {
  const style = getComputedStyle(root);
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--ga-${name}`).trim()]));
}

/** A colour such as #1d1b2e as red, green and blue, 0 to 255. */
export function rgb(colour) {
  const n = Number.parseInt(colour.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/** A clean canvas as sharp as the screen: its pen, which draws in CSS pixels, and its size in these. */
export function sharp(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [width, height].map((n) => Math.max(1, Math.round(n * ratio)));
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Draw a small canvas over a square, smoothly. */
export function enlarge(pen, small, side) {
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, side, side);
}

/** Base64 as bytes, and as 16-bit whole numbers. */
export const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const shorts = (text) => new Int16Array(bytes(text).buffer);

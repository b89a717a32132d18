// Many pictures on one sheet: frame k of it shown as a background, or drawn on a canvas.

/**
 * Where frame k stands on a sheet, in percent of what lies outside the box, as backgrounds and masks count it.
 * @returns {[number, number]}
 */
export function spot(k, columns, rows) {
  const share = (n, of) => (of > 1 ? (n / (of - 1)) * 100 : 0);
  return [share(k % columns, columns), share(Math.floor(k / columns), rows)];
}

/** Show frame k of a sheet in a box, whose style has to use --sheet, --at and --grid. */
export function show(box, { url, columns = 1, rows = columns }, k = 0) {
  if (box.sheet !== url) {
    box.style.setProperty("--sheet", `url(${url})`);
    box.sheet = url;
  }
  const [x, y] = spot(k, columns, rows);
  box.style.setProperty("--grid", `${columns * 100}% ${rows * 100}%`);
  box.style.setProperty("--at", `${x}% ${y}%`);
  box.dataset.frame = String(k);
}

/** Draw frame k of a sheet with a `bitmap`: many times faster than a background, where a picture follows a hand. */
export function draw(canvas, { bitmap, columns, rows }, k) {
  const [width, height] = [bitmap.width / columns, bitmap.height / rows];
  const side = Math.round(canvas.clientWidth * devicePixelRatio) || 300;
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d", { alpha: false });
  pen.imageSmoothingQuality = "high";
  const [x, y] = [k % columns, Math.floor(k / columns)];
  pen.drawImage(bitmap, x * width, y * height, width, height, 0, 0, side, side);
}

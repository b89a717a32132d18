// What a discriminator believes of each patch of a picture, as colours to lay over it.

/** Draw the map: its cells in the colour of what is real or of what is not, the more so the surer it is. */
export function drawMap(canvas, { cells, columns }, style) {
  const [yes, no] = ["--ga-real", "--ga-fake"].map((name) => {
    const bytes = style.getPropertyValue(name).match(/[0-9a-f]{2}/gi) ?? []; // none once the tab has left the page
    return bytes.map((two) => Number.parseInt(two, 16));
  });
  Object.assign(canvas, { width: columns, height: cells.length / columns });
  const pen = canvas.getContext("2d");
  const page = pen.createImageData(canvas.width, canvas.height);
  cells.forEach((v, i) => page.data.set([...(v > 0.5 ? yes : no), 30 + 320 * Math.abs(v - 0.5)], 4 * i));
  pen.putImageData(page, 0, 0);
}

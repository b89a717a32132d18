// The rule by which a change is made to a picture: that of the download, gan_models/cyclegan/detail.py, `compose`.

/**
 * @typedef {object} Change what the networks want, at the size at which they see, in levels from 0 to 255
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} change what to add, three numbers a pixel
 * @property {Float32Array} seen the picture as the networks saw it
 * @property {Float32Array} lost which share of finer detail goes at strength 1, one number a pixel
 */

/**
 * Unpack what `detail.pack` packed.
 * @param {Uint8ClampedArray} bytes RGBA: change, picture and share, one below the other
 * @param {number} width
 * @param {number} rows of the whole
 * @returns {Change}
 */
export function unpack(bytes, width, rows) {
  const height = rows / 3;
  const count = width * height;
  const change = new Float32Array(3 * count);
  const seen = new Float32Array(3 * count);
  const lost = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) {
      change[3 * i + c] = (bytes[4 * i + c] - 128) * (127.5 / 63.5);
      seen[3 * i + c] = bytes[4 * (count + i) + c];
    }
    lost[i] = bytes[4 * (2 * count + i)] / 255;
  }
  return { width, height, change, seen, lost };
}

/** Where `count` pixels lie among `small` ones: the one before, and how far beyond it. */
function places(count, small) {
  const low = new Int32Array(count);
  const share = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const at = Math.min(Math.max(((k + 0.5) * small) / count - 0.5, 0), small - 1);
    low[k] = Math.min(Math.floor(at), Math.max(0, small - 2));
    share[k] = at - low[k];
  }
  return { low, share };
}

/**
 * Make a change to a picture: page + strength * change - gone * (page - seen), enlarged between pixels.
 * @param {Uint8ClampedArray} before RGBA
 * @param {number} width
 * @param {Change} wanted
 * @param {number} strength 0 gives the picture back, 1 is what the networks want, more exaggerates
 * @param {Uint8ClampedArray} page RGBA, filled with the result, which is opaque
 */
export function compose(before, width, wanted, strength, page) {
  const { change, seen, lost } = wanted;
  const small = new Float32Array(4 * lost.length);
  for (let i = 0, from = 0, to = 0; i < lost.length; i++, from += 3, to += 4) {
    const gone = Math.min(1, strength * lost[i]);
    small[to] = strength * change[from] + gone * seen[from];
    small[to + 1] = strength * change[from + 1] + gone * seen[from + 1];
    small[to + 2] = strength * change[from + 2] + gone * seen[from + 2];
    small[to + 3] = 1 - gone;
  }
  const height = before.length / 4 / width;
  const rows = places(height, wanted.height);
  const columns = places(width, wanted.width);
  const wide = 4 * wanted.width;
  const next = wanted.width > 1 ? 4 : 0;
  const between = new Float32Array(wide);
  for (let y = 0, at = 0; y < height; y++) {
    const top = rows.low[y] * wide;
    const below = wanted.height > 1 ? top + wide : top;
    const share = rows.share[y];
    const row = share ? between : small.subarray(top, top + wide);
    if (share) for (let k = 0; k < wide; k++) row[k] = small[top + k] + share * (small[below + k] - small[top + k]);
    for (let x = 0; x < width; x++, at += 4) {
      const left = 4 * columns.low[x];
      const right = left + next;
      const part = columns.share[x];
      const kept = row[left + 3] + part * (row[right + 3] - row[left + 3]);
      page[at] = before[at] * kept + row[left] + part * (row[right] - row[left]);
      page[at + 1] = before[at + 1] * kept + row[left + 1] + part * (row[right + 1] - row[left + 1]);
      page[at + 2] = before[at + 2] * kept + row[left + 2] + part * (row[right + 2] - row[left + 2]);
      page[at + 3] = 255;
    }
  }
}

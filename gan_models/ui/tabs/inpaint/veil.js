// What lies over the picture: the hole, the squares of faces, and the keyboard's brush.

import { corners, placeOn } from "./mask.js";

const HOLE = "rgba(124, 58, 237, .72)";
const EYES = [
  [0.285, 0.292],
  [0.678, 0.292],
]; // of a face, in shares of its square

/**
 * @param {any} canvas
 * @param {any} mask a canvas of the same size, opaque where the hole is
 * @param {object} over
 * @param {import("./mask.js").Square[]} over.squares
 * @param {number} over.who the square that counts
 * @param {boolean} over.byHand the one square may be moved onto a face: show where its eyes belong
 * @param {[number, number] | null} over.cursor
 * @param {number} over.radius of the brush
 */
export function drawVeil(canvas, mask, { squares, who, byHand, cursor, radius }) {
  const pen = canvas.getContext("2d");
  const thin = Math.max(1, canvas.width / 420);
  const circle = ([x, y], r) => {
    pen.beginPath();
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.stroke();
  };
  pen.globalCompositeOperation = "source-over";
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(mask, 0, 0);
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = HOLE;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.globalCompositeOperation = "source-over";
  pen.lineWidth = thin;
  squares.forEach((square, i) => {
    const on = byHand || i === who;
    pen.setLineDash(on ? [] : [4 * thin, 4 * thin]);
    pen.strokeStyle = `rgba(255, 255, 255, ${on ? 0.85 : 0.5})`;
    pen.beginPath();
    for (const corner of corners(square)) pen.lineTo(...corner);
    pen.closePath();
    pen.stroke();
    if (squares.length > 1) {
      pen.font = `${13 * thin}px sans-serif`;
      pen.fillStyle = "#fff";
      pen.fillText(String(i + 1), ...placeOn(square, 0.04, 0.12));
    }
    if (byHand) for (const [u, v] of EYES) circle(placeOn(square, u, v), 0.05 * square.side);
  });
  pen.setLineDash([]);
  if (!cursor) return;
  Object.assign(pen, { strokeStyle: "#fff", lineWidth: 2 * thin });
  circle(cursor, radius);
}

// How a tab asks its server: one route for all tabs, answers as JSON, what went wrong in words.

import { sleep } from "./dom.js";

const SILENT = "The server did not answer. Is it still running?";
const ROUTE = "../../ask/"; // seen from this file, so that it holds wherever the page is served
const SESSION = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

let underWay = 0;
/** Whether the page waits for no answer, and no newer request waits for its turn. */
export const atRest = () => underWay === 0;

/** Send one request; the answer, or an `error` in words. It never throws. */
async function send(tab, request, files, options = {}) {
  const headers = { "X-Atelier-Session": SESSION };
  /** @type {any} */
  let body = JSON.stringify(request);
  if (Object.keys(files).length) {
    const form = new FormData();
    form.append("request", body);
    for (const [name, file] of Object.entries(files)) form.append(name, file, name);
    body = form;
  } else headers["Content-Type"] = "application/json";
  underWay++;
  try {
    const response = await fetch(new URL(ROUTE + tab, import.meta.url), { method: "POST", headers, body, ...options });
    if (response.headers.get("Content-Type")?.startsWith("application/json")) return await response.json();
    return { error: response.status === 413 ? await response.text() : SILENT }; // 413: too large, in words
  } catch {
    return { error: SILENT };
  } finally {
    underWay--;
  }
}

/**
 * A function that asks the server of a tab: ask({ ask: "word", ... }, { name: Blob }).
 * @param {string} tab
 * @param {object} [options]
 * @param {(request: any) => Promise<any>} [options.bring] called when the server no longer holds what a request refers
 *   to; brings it again and returns what came of it, or null where there is nothing to bring. Then the request is
 *   repeated, once.
 */
export function connect(tab, { bring } = {}) {
  const ask = async (request, files = {}) => {
    const answer = await send(tab, request, files);
    if (!answer.expired || !bring) return answer;
    const again = await bring(request);
    if (!again) return answer;
    return again.error ? again : send(tab, request, files);
  };
  /** A last word as the page closes; there will be no answer. */
  ask.leave = (request) => void send(tab, request, {}, { keepalive: true });
  return ask;
}

/**
 * As connect(), for a tab whose server keeps what a visitor opens there and names it by a `key`: what was opened last is
 * opened again by itself when the server has put it away.
 */
export function connectOpening(tab) {
  let last = null;
  const bring = async ({ key }) => (last && last.key === key ? ask(...last.how) : null);
  const ask = connect(tab, { bring });
  const open = async (request, files = {}) => {
    const answer = await ask(request, files);
    if (!answer.error) last = { key: answer.key, how: [request, files] };
    return answer;
  };
  return { ask, open };
}

/**
 * Ask with the newest request only, one at a time; done(answer, request) when it is there.
 * @returns {(...request: any[]) => Promise<void>}
 */
export function latest(ask, done) {
  let busy = false;
  let next = null;
  return async (...request) => {
    next = request;
    if (busy) return;
    busy = true;
    underWay++;
    try {
      while (next) {
        const now = next;
        next = null;
        done(await ask(...now), ...now);
      }
    } finally {
      busy = false;
      underWay--;
    }
  };
}

/** Ask in turn: each request waits for the answer to the one before it, so the server never has two of ours. */
export function inTurn(ask) {
  let before = Promise.resolve();
  return (...request) => {
    const now = before.then(() => ask(...request));
    before = now.catch(() => {});
    return now;
  };
}

/** Ask again while the server's queue is full, up to 20 times; stops as soon as wanted() says no. */
export async function patiently(ask, { wanted, waiting, pause = () => 2000 + 1000 * Math.random() }) {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.busy === undefined || tries === 20 || !wanted()) return answer;
    waiting(answer.error);
    await sleep(pause());
    waiting("");
  }
}

// How the page asks its server: one request at a time, patience, files, and what the server has put away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atRest, connect, connectOpening, inTurn, latest, patiently } from "../../gan_models/ui/lib/rpc.js";

const later = (value) => new Promise((done) => setImmediate(done, value));

test("only the newest request is asked, and one at a time", async () => {
  const [asked, done] = [[], []];
  let inFlight = 0;
  const send = latest(
    async (request) => {
      assert.equal(++inFlight, 1);
      asked.push(request);
      await later();
      inFlight -= 1;
      return request * 10;
    },
    (answer, request) => {
      assert.ok(!atRest()); // a newer one may wait
      done.push([answer, request]);
    },
  );
  assert.ok(atRest());
  const first = send(1);
  send(2);
  send(3);
  assert.ok(!atRest());
  await first;
  assert.ok(atRest());
  assert.deepEqual(asked, [1, 3]);
  assert.deepEqual(done, [
    [10, 1],
    [30, 3],
  ]);
  await send(4);
  assert.deepEqual(asked, [1, 3, 4]);
});

test("a fault while showing does not block what is asked next", async () => {
  let shown = 0;
  const send = latest(later, () => {
    shown += 1;
    if (shown === 1) throw new Error("planted");
  });
  await assert.rejects(send(1), /planted/);
  assert.ok(atRest());
  await send(2);
  assert.equal(shown, 2);
});

test("requests in turn wait for each other, failures included", async () => {
  const order = [];
  const ask = inTurn(async (name) => {
    order.push(`${name} asked`);
    await later();
    order.push(`${name} answered`);
    if (name === "a") throw new Error("planted");
  });
  const a = ask("a");
  const b = ask("b");
  await assert.rejects(a);
  await b;
  assert.deepEqual(order, ["a asked", "a answered", "b asked", "b answered"]);
});

test("a full queue is asked again, until the visitor has enough of it", async () => {
  const said = [];
  let tries = 0;
  const patience = { wanted: () => true, waiting: (words) => said.push(words), pause: () => 0 };
  const busy = async () => (++tries < 3 ? { error: "busy", busy: 4 } : { fine: true });
  assert.deepEqual(await patiently(busy, patience), { fine: true });
  assert.deepEqual(said, ["busy", "", "busy", ""]);
  tries = 0;
  const tired = await patiently(busy, { ...patience, wanted: () => false });
  assert.equal(tired.busy, 4);
  const never = await patiently(async () => ({ busy: 1, try: ++tries }), patience);
  assert.equal(never.try, 21);
});

/** Let fetch answer from a list; what was sent. */
function served(context, ...answers) {
  const sent = [];
  context.mock.method(globalThis, "fetch", async (url, options) => {
    sent.push({ url: String(url), ...options });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer : Response.json(answer);
  });
  return sent;
}

test("a request is JSON, with files a form; both say who asks", async (context) => {
  const sent = served(context, { fine: 1 }, { fine: 2 });
  const ask = connect("horses");
  assert.deepEqual(await ask({ ask: "example" }), { fine: 1 });
  assert.deepEqual(await ask({ ask: "open" }, { picture: new Blob(["abc"]) }), { fine: 2 });
  const [plain, form] = sent;
  assert.match(plain.url, /\/ask\/horses$/);
  assert.deepEqual(JSON.parse(plain.body), { ask: "example" });
  assert.equal(plain.headers["Content-Type"], "application/json");
  assert.match(plain.headers["X-Atelier-Session"], /^[0-9a-f]{32}$/);
  assert.equal(form.headers["X-Atelier-Session"], plain.headers["X-Atelier-Session"]);
  assert.equal(form.headers["Content-Type"], undefined); // the browser adds the boundary
  assert.deepEqual(JSON.parse(form.body.get("request")), { ask: "open" });
  assert.equal(await form.body.get("picture").text(), "abc");
});

test("a server that is silent, or talks nonsense, is an error in words", async (context) => {
  served(context, new TypeError("network"), new Response("<html>", { status: 502 }));
  const ask = connect("digits");
  for (let i = 0; i < 2; i++) assert.match((await ask({ ask: "paint" })).error, /did not answer/);
  served(
    context,
    new Response("This is more than 25 MB.", { status: 413 }),
    Response.json({ error: "no" }, { status: 413 }),
  );
  assert.deepEqual(await ask({ ask: "open" }), { error: "This is more than 25 MB." });
  assert.deepEqual(await ask({ ask: "open" }), { error: "no" });
});

test("what the server put away is brought again, and the request repeated once", async (context) => {
  const sent = served(context, { error: "away", expired: true }, { key: "k" }, { error: "away", expired: true });
  const ask = connect("inpaint", { bring: (request) => (request.key ? ask({ ask: "open" }) : null) });
  assert.deepEqual(await ask({ ask: "fill", key: "k" }), { error: "away", expired: true });
  assert.deepEqual(
    sent.map(({ body }) => JSON.parse(body).ask),
    ["fill", "open", "fill"],
  );
});

test("what was opened last is opened again when the server has put it away", async (context) => {
  const sent = served(context, { key: "k" }, { error: "away", expired: true }, { key: "k" }, { fine: 1 });
  const { ask, open } = connectOpening("horses");
  const picture = new Blob(["abc"]);
  await open({ ask: "open" }, { picture });
  assert.deepEqual(await ask({ ask: "translate", key: "k" }), { fine: 1 });
  assert.equal(await sent[2].body.get("picture").text(), "abc");
  served(context, { error: "away", expired: true });
  assert.equal((await ask({ ask: "translate", key: "another" })).error, "away");
});

test("what cannot be brought again says why", async (context) => {
  const sent = served(
    context,
    { error: "away", expired: true },
    { error: "no such file" },
    { error: "away", expired: true },
  );
  const ask = connect("inpaint", { bring: (request) => (request.key ? ask({ ask: "open" }) : null) });
  assert.deepEqual(await ask({ ask: "fill", key: "k" }), { error: "no such file" });
  assert.equal((await ask({ ask: "invent" })).error, "away");
  assert.equal(sent.length, 3);
});

test("a last word outlives the page", async (context) => {
  const sent = served(context, {});
  connect("learn").leave({ ask: "leave", ids: ["a"] });
  assert.equal(sent[0].keepalive, true);
});

"""What :mod:`tests.benchmarks.bench_sampling` runs in the pages that it measures."""

# Moves a slider as a hand does and notes when the browser has painted a new picture: a change of the picture is
# answered by an animation frame, and that frame is over when a message sent from within it arrives.
SPY = """([selector, patience]) => {
  const slider = document.querySelector(selector), frames = new MessageChannel();
  const spy = window.spy = { painted: [] };
  let due = false, waiting = [];
  frames.port1.onmessage = () => {
    const now = performance.now();
    spy.painted.push(now);
    for (const done of waiting.splice(0)) done(now);
  };
  spy.changed = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; frames.port2.postMessage(0); });
  };
  spy.next = () => new Promise((done, fail) => {
    waiting.push(done);
    setTimeout(() => fail(new Error("no new picture within " + patience + " ms")), patience);
  });
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const set = (value) => { slider.value = value; slider.dispatchEvent(new Event("input", { bubbles: true })); };
  const press = () => slider.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  spy.touch = async (value) => {
    const start = performance.now(), next = spy.next();
    press(); set(value);
    return await next - start;
  };
  // Single moves, each after the picture of the one before; far apart, so that each needs another picture.
  spy.moves = async (count, first = 1) => {
    const times = [];
    for (let i = first; i < first + count; i++) {
      await pause(20 + 40 * Math.random());  // a hand keeps no step with the frames
      const start = performance.now(), next = spy.next();
      set(6 * ((i * 0.618034) % 1) - 3);
      times.push(await next - start);
    }
    return times;
  };
  // From the first touch on, to and fro between the ends; how many moves were made and pictures painted.
  spy.drag = (seconds, sweep) => new Promise((done) => {
    const start = performance.now(), before = spy.painted.length;
    let moves = 0;
    const move = () => {
      const t = (performance.now() - start) / 1000;
      if (t >= seconds) return done({ moves, pictures: spy.painted.length - before });
      set(3 - 6 * Math.abs(((t / sweep + 0.5) % 2) - 1));
      moves++;
      const tick = Math.floor((performance.now() - start) * 0.06) + 1;
      setTimeout(move, start + tick / 0.06 - performance.now());
    };
    press(); move();
  });
  spy.letGo = async () => null;
  spy.fetches = async (count) => {
    const times = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      await fetch("/gradio_api/app_id", { cache: "no-store" });
      times.push(performance.now() - start);
    }
    return times;
  };
}"""

# Each: what shows that the page is ready, its slider, and how to see that another picture is there.
OURS = (
    '.sampling[data-state="ready"][data-around]',
    ".sampling .knob:nth-child(2) input",
    """() => {
  const picture = document.querySelector(".sampling .picture");
  const shown = () => picture.dataset.frame + picture.dataset.url;
  let last = shown();
  new MutationObserver(() => { if (shown() !== last) { last = shown(); spy.changed(); } })
    .observe(picture, { attributes: true });
  const slider = document.querySelector(".sampling .knob:nth-child(2) input");
  spy.letGo = async () => {
    const start = performance.now(), next = spy.next();
    slider.dispatchEvent(new Event("change", { bubbles: true }));
    return await next - start;
  };
}""",
)
STANDARD = (
    "#picture img",
    "#amount input[type=range]",
    """async () => {
  const picture = document.querySelector("#picture");
  await picture.querySelector("img").decode();
  picture.addEventListener("load", (e) => {
    if (e.target.matches("img")) e.target.decode().then(spy.changed, () => {});
  }, true);
}""",
)

// What both halves of the tab share: asking one thing at a time, colours, charts, and pausing when nobody looks.
const root = element.querySelector('.learn');
const $ = (selector, within = root) => within.querySelector(selector);
const COMPONENT = @COMPONENT@;

const colour = (name, fallback) => getComputedStyle(root).getPropertyValue('--ga-' + name).trim() || fallback;
let palette;
const readPalette = () => palette = {
  ink: colour('ink', '#1d1b2e'), paper: colour('paper', '#fbf8f1'), muted: colour('muted', '#5f5b70'),
  line: colour('line', '#ddd6c8'), real: colour('real', '#2563c9'), fake: colour('fake', '#c2410c'), accent: colour('accent', '#7c3aed'),
};
readPalette();

const say = text => { $('.notice').textContent = text || ''; };
const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const shorts = text => new Int16Array(bytes(text).buffer);
const short = value => value == null ? '–' : Math.abs(value) >= 1e4 || (value && Math.abs(value) < 1e-3) ? value.toExponential(1)
  : Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);

// A canvas as sharp as the screen; drawing happens in units of CSS pixels.
function sharp(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3), box = canvas.getBoundingClientRect();
  const width = Math.max(1, Math.round(box.width * ratio)), height = Math.max(1, Math.round(box.height * ratio));
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, box.width, box.height);
  return { pen, width: box.width, height: box.height };
}

// Two curves over time. Keeps at most 400 moments: when full, every second one goes.
class Chart {
  constructor(host, title, keys, log = false, range = null) {
    Object.assign(this, { keys, log, range, moments: [] });
    const box = document.createElement('div');
    box.className = 'chart';
    box.innerHTML = '<h5></h5><p></p><canvas role="img"></canvas>';
    $('h5', box).textContent = title;
    this.canvas = $('canvas', box);
    this.canvas.setAttribute('aria-label', 'Curves of ' + title);
    this.legend = $('p', box);
    host.append(box);
  }
  clear() { this.moments = []; this.draw(); }
  add(frame) {
    const values = this.keys.map(([key]) => frame[key]);
    if (values.every(v => v == null)) return;
    const last = this.moments[this.moments.length - 1];
    if (last && frame.step <= last[0]) this.moments.pop();
    this.moments.push([frame.step, ...values]);
    if (this.moments.length > 400) this.moments = this.moments.filter((_, i) => i % 2 || i === 0);
    this.draw();
  }
  draw() {
    const { pen, width, height } = sharp(this.canvas), shown = this.moments;
    const last = shown[shown.length - 1];
    this.legend.replaceChildren(...this.keys.flatMap(([, name, kind], i) => {
      const label = document.createElement('span');
      label.className = kind;
      label.textContent = name + ' ';
      return [label, document.createTextNode((last ? short(last[i + 1]) : '–') + '   ')];
    }));
    if (shown.length < 2) return;
    const place = v => v == null ? null : this.log ? Math.log10(Math.max(v, 1e-9)) : v;
    const all = shown.flatMap(m => m.slice(1)).map(place).filter(v => v != null);
    let [low, high] = this.range || [Math.min(...all), Math.max(...all)];
    if (high - low < (this.log ? 1 : 1e-3)) { const middle = (low + high) / 2; low = middle - 0.5; high = middle + 0.5; }
    const x = step => 2 + (width - 4) * (step - shown[0][0]) / Math.max(1, last[0] - shown[0][0]);
    const y = v => height - 5 - (height - 10) * (v - low) / (high - low);
    pen.strokeStyle = palette.line;
    pen.lineWidth = 1;
    pen.fillStyle = palette.muted;
    pen.font = '10px ui-sans-serif, system-ui, sans-serif';
    const marks = this.log ? Array.from({ length: 15 }, (_, i) => i - 8).filter(v => v >= low && v <= high && (high - low < 4 || v % 2 === 0))
      : [low, (low + high) / 2, high];
    for (const mark of marks) {
      pen.beginPath(); pen.moveTo(0, y(mark)); pen.lineTo(width, y(mark)); pen.stroke();
      const text = this.log ? (Math.abs(mark) < 4 ? String(10 ** mark) : '1e' + mark) : short(mark);
      pen.fillText(this.log && mark < 0 && mark > -4 ? (10 ** mark).toFixed(-mark) : text, 2, Math.max(9, y(mark) - 2));
    }
    this.keys.forEach(([, , kind], i) => {
      pen.strokeStyle = kind === 'd' ? palette.real : palette.fake;
      pen.lineWidth = 1.6;
      pen.beginPath();
      for (const moment of shown) {
        const v = place(moment[i + 1]);
        if (v != null) pen.lineTo(x(moment[0]), Math.min(height, Math.max(0, y(v))));
      }
      pen.stroke();
    });
  }
}
const threeCharts = host => [
  new Chart(host, 'Losses', [['d_loss', 'D', 'd'], ['g_loss', 'G', 'g']]),
  new Chart(host, 'How real it finds them', [['d_real', 'D(x)', 'd'], ['d_fake', 'D(G(z))', 'g']]),
  new Chart(host, 'Length of the gradients', [['d_norm', 'D', 'd'], ['g_norm', 'G', 'g']], true),
];

// One half of the tab: plays by asking for frame after frame, one question in flight.
class Player {
  constructor(name, section) {
    Object.assign(this, { name, section, id: null, playing: false, busy: null, seen: true, times: [], wishes: {} });
    $('.play', section).addEventListener('click', () => this.playing ? this.pause() : this.play());
    $('.reset', section).addEventListener('click', () => { const again = this.playing; this.restart().then(() => again && this.play()); });
    new IntersectionObserver(entries => { this.seen = entries[entries.length - 1].isIntersecting; }).observe(section);
  }
  // Questions wait for the one before them, so the server never has two of ours.
  ask(question) {
    const go = async () => {
      const played = this.playing;
      let answer;
      for (let tries = 0; tries < 20; tries++) {
        answer = await window.GA.ask('learn', question);
        if (answer.busy === undefined || (played && !this.playing)) break;
        say(answer.error);  // a full line is no reason to stop: ask again
        await sleep(2000 + 1000 * Math.random());
        say('');
      }
      if (answer.error) { say(answer.error); this.pause(); if (answer.expired) this.id = null; return null; }
      return answer;
    };
    this.busy = (this.busy || Promise.resolve()).then(go, go);
    return this.busy;
  }
  pause() {
    this.playing = false;
    const button = $('.play', this.section);
    button.textContent = 'Play';
    button.setAttribute('aria-pressed', 'false');
  }
  async play() {
    if (this.playing) return;
    if (!this.id && !await this.restart()) return;
    this.playing = true;
    const button = $('.play', this.section), mine = this.turn = Symbol();
    button.textContent = 'Pause';
    button.setAttribute('aria-pressed', 'true');
    say('');
    while (this.playing && this.turn === mine) {
      if (document.visibilityState !== 'visible' || !this.seen || this.section.hidden) { await sleep(250); continue; }
      const answer = await this.ask(this.question());
      if (!answer || this.turn !== mine) break;
      this.show(answer);
      if (answer.over) { say(answer.over); this.pause(); break; }
      await (this.rest ? sleep(this.rest) : new Promise(requestAnimationFrame));
    }
  }
  async restart() {
    const old = this.id;
    this.turn = null;
    this.pause();
    this.id = null;
    if (old) this.ask({ ask: 'leave', ids: [old] });
    say('');
    const answer = await this.ask(this.opening());
    if (!answer) return false;
    this.id = answer.id;
    this.times = [];
    this.begin(answer);
    return true;
  }
  tempo() {
    const now = performance.now();
    this.times = [...this.times.filter(t => now - t < 3000), now];
    return this.times.length > 1 ? (this.times.length - 1) * 1000 / (now - this.times[0]) : 0;
  }
  report(frame, waited, extra = '') {
    const crowd = waited > 0.15 ? ` · waited ${waited.toFixed(1)} s for others` : '';
    $('.status').textContent = `step ${frame.step.toLocaleString('en')} · ${Math.round(frame.rate)} steps a second of computing · `
      + `${this.tempo().toFixed(1)} pictures a second${extra}${crowd}`;
  }
}
const sleep = ms => new Promise(done => setTimeout(done, ms));
const players = [];
const press = (buttons, chosen) => buttons.forEach(b => b.setAttribute('aria-pressed', String(b === chosen)));
const makeButton = (host, text, title = '') => {
  const button = document.createElement('button');
  button.type = 'button'; button.textContent = text; button.title = title;
  host.append(button);
  return button;
};

root.querySelectorAll('[data-view]').forEach(button => button.addEventListener('click', () => {
  press([...root.querySelectorAll('[data-view]')], button);
  for (const player of players) {
    player.section.hidden = player.name !== button.dataset.view;
    if (player.section.hidden) player.pause();
    else if (!player.id) player.restart(); else player.redraw();
  }
  say('');
}));

// A page that goes away says so; the server forgets its runs at once instead of after three minutes.
window.addEventListener('pagehide', () => {
  const ids = players.map(p => p.id).filter(Boolean);
  if (!ids.length) return;
  window.GA.ask('learn', { ask: 'leave', ids }, {}, { keepalive: true });
  players.forEach(p => { p.pause(); p.id = null; });
});
new MutationObserver(() => { readPalette(); players.forEach(p => p.redraw()); })
  .observe(document.body, { attributes: true, attributeFilter: ['class'] });
new ResizeObserver(() => players.forEach(p => p.redraw())).observe(root);

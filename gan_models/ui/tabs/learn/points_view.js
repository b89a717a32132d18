// Dots in the plane.
const EDGE = 1.25, CELLS = 40, NET = 25;
const TARGETS = { blob: 'One blob', ring: 'Ring of 8', grid: 'Grid of 25', spiral: 'Spiral', moons: 'Two moons', strokes: 'Draw your own' };
const hex = (text, alpha) => {
  const probe = document.createElement('canvas').getContext('2d');
  probe.fillStyle = text;
  const n = parseInt(probe.fillStyle.slice(1), 16);
  return [n >> 16, n >> 8 & 255, n & 255];
};

class Points extends Player {
  constructor(section) {
    super('points', section);
    this.canvas = $('.plane', section);
    this.charts = threeCharts($('.charts', section));
    this.layers = { field: true, arrows: true, warped: false, real: true, fake: true };
    this.settings = {};
    this.drawing = [];
    this.target = 'ring';
    this.field = document.createElement('canvas');
    this.field.width = this.field.height = CELLS;
    section.querySelectorAll('[data-layer]').forEach(box => box.addEventListener('change', () => {
      this.layers[box.dataset.layer] = box.checked;
      this.redraw();
    }));
    section.querySelectorAll('[data-only]').forEach(button => button.addEventListener('click', async () => {
      this.pause();
      if (!this.id && !await this.restart()) return;
      const answer = await this.ask({ ...this.question(), steps: 1, only: button.dataset.only });
      if (answer) this.show(answer);
    }));
    $('.speed', section).addEventListener('change', event => {
      this.rest = { slow: 450, calm: 90, full: 0 }[event.target.value];
    });
    for (const [key, title] of Object.entries(TARGETS)) {
      const button = makeButton($('.targets', section), title);
      button.dataset.target = key;
      button.addEventListener('click', () => this.aim(key));
    }
    this.listenForStrokes();
  }
  offer(offered) {
    this.offered = offered;
    for (const [key, preset] of Object.entries(offered.presets)) {
      const button = makeButton($('.presets', this.section), preset.title);
      button.dataset.preset = key;
      button.addEventListener('click', async () => { this.choose(key); if (await this.restart()) this.play(); });
    }
    this.buildKnobs();
    this.choose('healthy');
    this.aim('ring');
  }
  choose(key) {
    this.preset = this.offered.presets[key];
    this.settings = { ...this.offered.defaults, ...this.preset.settings, seed: this.settings.seed || 0 };
    press([...this.section.querySelectorAll('[data-preset]')], $(`[data-preset="${key}"]`, this.section));
    $('.why', this.section).textContent = this.preset.why;
    this.showCure();
    this.fillKnobs();
  }
  showCure() {
    const cure = this.preset.cure, box = $('.curebox', this.section);
    box.hidden = !cure;
    if (!cure) return;
    $('.cure', box).textContent = 'Cure: ' + cure.title;
    $('.cure', box).onclick = async () => {
      Object.assign(this.settings, cure.changes);
      this.fillKnobs();
      $('.curewhy', box).textContent = cure.why;
      if (cure.fresh) { if (await this.restart()) this.play(); }
      else { this.wishes = { ...this.wishes, ...cure.changes }; this.play(); }
    };
    $('.curewhy', box).textContent = '';
  }
  aim(key) {
    this.target = key;
    press([...this.section.querySelectorAll('[data-target]')], $(`[data-target="${key}"]`, this.section));
    const free = key === 'strokes';
    this.canvas.classList.toggle('drawing', free);
    $('.drawhint', this.section).hidden = !free;
    if (free) { this.pause(); this.turn = null; this.drawing = []; this.id = null; this.frame = null; this.redraw(); }
    else { const again = this.playing; this.restart().then(fine => fine && again && this.play()); }
  }
  listenForStrokes() {
    let down = false;
    const add = event => {
      const box = this.canvas.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width * 2 - 1) * EDGE, y = (1 - (event.clientY - box.top) / box.height * 2) * EDGE;
      if (this.drawing.length < 3000) this.drawing.push([+x.toFixed(3), +y.toFixed(3)]);
      this.redraw();
    };
    this.canvas.addEventListener('pointerdown', event => {
      if (this.target !== 'strokes') return;
      if (this.id) { this.pause(); this.turn = null; this.id = null; this.frame = null; this.drawing = []; }
      down = true;
      try { this.canvas.setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone already */ }
      add(event);
    });
    this.canvas.addEventListener('pointermove', event => {
      if (down) (event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]).forEach(add);
    });
    for (const end of ['pointerup', 'pointercancel']) this.canvas.addEventListener(end, () => { down = false; });
  }
  buildKnobs() {
    const host = $('.knobgrid', this.section), log = v => Math.pow(10, v), knobs = [
      ['loss', 'Loss', this.offered.losses],
      ['d_rate', 'Learning rate of D', [-5, -1, 0.1, log, Math.log10]], ['g_rate', 'Learning rate of G', [-5, -1, 0.1, log, Math.log10]],
      ['d_steps', 'Moves of D in a step', [0, 10, 1]], ['g_steps', 'Moves of G in a step', [0, 10, 1]],
      ['momentum', 'Momentum (Adam β₁)', [0, 0.95, 0.05]], ['r1', 'R1 penalty', [0, 2, 0.02]],
      ['unrolled', 'Unrolled steps', [0, 8, 1]], ['seed', 'Seed (takes effect on Reset)', 'number'],
      ['spectral', 'Spectral norm in D', 'check'], ['spread', 'Minibatch standard deviation', 'check'],
      ['average', 'Show the average of G’s weights', 'check'],
    ];
    this.knobs = knobs.map(([key, title, kind]) => {
      const label = document.createElement('label'), name = document.createElement('span'), value = document.createElement('output');
      name.textContent = title;
      const input = document.createElement(typeof kind === 'object' && !Array.isArray(kind) ? 'select' : 'input');
      input.dataset.knob = key;
      if (input.tagName === 'SELECT') for (const [k, text] of Object.entries(kind)) input.add(new Option(text, k));
      else if (Array.isArray(kind)) Object.assign(input, { type: 'range', min: kind[0], max: kind[1], step: kind[2] });
      else Object.assign(input, kind === 'check' ? { type: 'checkbox' } : { type: 'number', min: 0, max: 2147483647 });
      if (kind === 'check') { label.className = 'check'; label.append(input, name); } else label.append(name, input, value);
      host.append(label);
      const [, , , there = v => v, back = v => v] = Array.isArray(kind) ? kind : [];
      const tell = () => { value.textContent = Array.isArray(kind) ? short(this.settings[key]) : ''; };
      input.addEventListener('input', () => {
        const v = kind === 'check' ? input.checked : input.tagName === 'SELECT' ? input.value : there(+input.value);
        this.settings[key] = v;
        if (key === 'loss') Object.assign(this.settings, { clip: -1, penalty: -1 }), Object.assign(this.wishes, { clip: -1, penalty: -1 });
        this.wishes[key] = v;
        tell();
      });
      return () => {
        if (kind === 'check') input.checked = this.settings[key]; else input.value = Array.isArray(kind) ? back(this.settings[key]) : this.settings[key];
        tell();
      };
    });
  }
  fillKnobs() { this.knobs.forEach(fill => fill()); }
  opening() {
    this.wishes = {};
    return { ask: 'points.start', settings: { ...this.settings, points: this.target }, drawing: this.target === 'strokes' ? this.drawing : [] };
  }
  question() {
    const changes = this.wishes;
    this.wishes = {};
    return { ask: 'points.frame', id: this.id, steps: this.rest ? 1 : 100000, changes };
  }
  begin(answer) {
    this.real = shorts(answer.real);
    this.charts.forEach(chart => chart.clear());
    this.show({ frame: answer.frame, waited: 0 });
  }
  show({ frame, waited }) {
    this.frame = { ...frame, fake: shorts(frame.fake), warped: shorts(frame.warped), arrows: shorts(frame.arrows), field: bytes(frame.field) };
    const covered = $('.covered', this.section);
    $('.pieces-name', this.section).textContent = frame.modes ? 'Clusters reached' : 'Stretches reached';
    covered.textContent = `${frame.covered} of ${frame.pieces}`;
    covered.className = 'covered ' + (frame.covered === frame.pieces ? 'full' : frame.covered * 8 <= frame.pieces * 3 ? 'poor' : '');
    $('.good', this.section).textContent = Math.round(frame.good * 100) + ' %';
    $('.step', this.section).textContent = frame.step.toLocaleString('en');
    this.charts.forEach(chart => chart.add(frame));
    this.report(frame, waited, frame.probability ? '' : ' · this critic gives scores, not probabilities');
    this.redraw();
  }
  redraw() {
    if (this.section.hidden) return;
    const { pen, width } = sharp(this.canvas), at = v => v * width;
    const x = n => at(n / 65534 + 0.5), y = n => at(0.5 - n / 65534), frame = this.frame;
    if (!frame) {
      pen.fillStyle = palette.real;
      for (const [px, py] of this.drawing) { pen.beginPath(); pen.arc(at(px / EDGE / 2 + 0.5), at(0.5 - py / EDGE / 2), 2.4, 0, 7); pen.fill(); }
      return;
    }
    if (this.layers.field) this.drawField(pen, width);
    const dots = (list, fill, size) => {
      pen.fillStyle = fill;
      for (let i = 0; i < list.length; i += 2) { pen.beginPath(); pen.arc(x(list[i]), y(list[i + 1]), size, 0, 7); pen.fill(); }
    };
    const size = Math.max(1.6, width / 260);
    pen.globalAlpha = 0.55;
    if (this.layers.real) dots(this.real, palette.real, size);
    pen.globalAlpha = 0.8;
    if (this.layers.warped) {
      pen.strokeStyle = palette.ink; pen.lineWidth = 0.8; pen.globalAlpha = 0.55;
      for (let a = 0; a < NET; a += 2) for (const turned of [false, true]) {
        pen.beginPath();
        for (let b = 0; b < NET; b++) { const i = 2 * (turned ? b * NET + a : a * NET + b); pen.lineTo(x(frame.warped[i]), y(frame.warped[i + 1])); }
        pen.stroke();
      }
    }
    pen.globalAlpha = 0.85;
    if (this.layers.fake) dots(frame.fake, palette.fake, size);
    if (this.layers.arrows) {
      pen.strokeStyle = palette.ink; pen.lineWidth = 1.3; pen.globalAlpha = 0.8;
      for (let i = 0; i < frame.arrows.length; i += 4) {
        const [ax, ay, bx, by] = [x(frame.arrows[i]), y(frame.arrows[i + 1]), x(frame.arrows[i + 2]), y(frame.arrows[i + 3])];
        const length = Math.hypot(bx - ax, by - ay), turn = Math.atan2(by - ay, bx - ax), head = Math.min(5, length / 2);
        if (length < 1) continue;
        pen.beginPath(); pen.moveTo(ax, ay); pen.lineTo(bx, by);
        for (const side of [0.5, -0.5]) { pen.moveTo(bx, by); pen.lineTo(bx - head * Math.cos(turn + side), by - head * Math.sin(turn + side)); }
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }
  drawField(pen, width) {
    const small = this.field.getContext('2d'), picture = small.createImageData(CELLS, CELLS);
    const real = hex(palette.real), fake = hex(palette.fake);
    for (let row = 0; row < CELLS; row++) for (let column = 0; column < CELLS; column++) {
      const share = this.frame.field[(CELLS - 1 - row) * CELLS + column] / 255, to = share > 0.5 ? real : fake, i = 4 * (row * CELLS + column);
      picture.data[i] = to[0]; picture.data[i + 1] = to[1]; picture.data[i + 2] = to[2];
      picture.data[i + 3] = 130 * Math.abs(share * 2 - 1);
    }
    small.putImageData(picture, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(this.field, 0, 0, width, width);
  }
}

// Handwritten digits.
class Digits extends Player {
  constructor(section) {
    super('digits', section);
    this.canvas = $('.wall', section);
    this.small = document.createElement('canvas');
    this.small.width = this.small.height = 140;
    this.charts = threeCharts($('.charts', section));
    this.recipe = 'dcgan';
    this.scored = 0;
    this.scrubber = $('.scrubber', section);
    this.scrubber.addEventListener('input', () => this.lookBack());
    $('.one', section).addEventListener('click', async () => {
      this.pause();
      if (!this.id && !await this.restart()) return;
      const answer = await this.ask({ ...this.question(), steps: 1 });
      if (answer) this.show(answer);
    });
    $('.save', section).addEventListener('click', () => this.save());
    $('.sample', section).addEventListener('click', () => this.sample());
    for (const field of ['loss', 'seed']) $('.' + field, section).addEventListener('change', () => this.again());
  }
  offer(offered) {
    this.offered = offered;
    for (const [key, recipe] of Object.entries(offered.recipes)) {
      const button = makeButton($('.recipes', this.section), recipe.title);
      button.dataset.recipe = key;
      button.addEventListener('click', async () => { this.choose(key); if (await this.restart()) this.play(); });
    }
    for (const [key, title] of Object.entries(offered.losses)) $('.loss', this.section).add(new Option(title, key));
    this.choose('dcgan');
  }
  choose(key) {
    this.recipe = key;
    const recipe = this.offered.recipes[key], box = $('.curebox', this.section);
    press([...this.section.querySelectorAll('[data-recipe]')], $(`[data-recipe="${key}"]`, this.section));
    $('.why', this.section).textContent = recipe.why;
    box.hidden = !recipe.cure;
    $('.cure', box).onclick = async () => { this.choose(recipe.cure); if (await this.restart()) this.play(); };
  }
  again() { const go = this.playing; this.restart().then(fine => fine && go && this.play()); }
  opening() {
    const seed = Math.max(0, Math.floor(+$('.seed', this.section).value) || 0);
    return { ask: 'digits.start', settings: { recipe: this.recipe, loss: $('.loss', this.section).value, seed } };
  }
  question() {
    const score = performance.now() - this.scored > 4000;
    if (score) this.scored = performance.now();
    return { ask: 'digits.frame', id: this.id, steps: 100000, score };
  }
  begin(answer) {
    this.device = answer.device;
    this.scored = performance.now() - 2500;
    this.charts.forEach(chart => chart.clear());
    for (const name of ['sure', 'covered', 'inception', 'frechet']) { $('.' + name, this.section).textContent = '–'; $('.' + name, this.section).className = name; }
    this.following = true;
    this.show({ ...answer, waited: 0 });
  }
  show(frame) {
    this.history = frame.history;
    this.scrubber.max = this.history.length - 1;
    if (this.following !== false) { this.scrubber.value = this.scrubber.max; this.paint(frame.wall); $('.when', this.section).textContent = 'now'; }
    $('.step', this.section).textContent = frame.step.toLocaleString('en');
    this.charts.forEach(chart => chart.add(frame));
    if (frame.scores) this.showScores(frame.scores);
    this.report(frame, frame.waited, ' · ' + (this.device || 'cpu'));
  }
  showScores(scores) {
    const put = (name, text, mark = '') => { const cell = $('.' + name, this.section); cell.textContent = text; cell.className = name + ' ' + mark; };
    put('sure', Math.round(scores.sure * 100) + ' %', scores.sure >= 0.9 ? 'full' : '');
    put('covered', `${scores.covered} of 10`, scores.covered === 10 ? 'full' : scores.covered <= 3 ? 'poor' : '');
    put('inception', scores.inception.toFixed(2));
    put('frechet', scores.frechet.toFixed(2));
    $('.sure', this.section).title = `Of real digits the judge is ${Math.round(scores.real_sure * 100)} % sure.`;
  }
  async lookBack() {
    const step = this.history?.[+this.scrubber.value];
    this.following = +this.scrubber.value >= +this.scrubber.max;
    $('.when', this.section).textContent = this.following ? 'now' : 'step ' + step.toLocaleString('en');
    if (!this.id || step == null || this.looking) return;
    this.looking = true;
    const answer = await this.ask({ ask: 'digits.wall', id: this.id, step });
    this.looking = false;
    if (answer) this.paint(answer.wall);
  }
  paint(wall) {
    const pen = this.small.getContext('2d'), picture = pen.createImageData(140, 140), ink = bytes(wall);
    for (let i = 0; i < ink.length; i++) { picture.data.fill(ink[i], 4 * i, 4 * i + 3); picture.data[4 * i + 3] = 255; }
    pen.putImageData(picture, 0, 0);
    this.painted = true;
    this.redraw();
  }
  redraw() {
    if (this.section.hidden || !this.painted) return;
    const { pen, width } = sharp(this.canvas);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(this.small, 0, 0, width, width);
  }
  async toy() {
    if (!this.id) { say('Press Play first; then there is something to take home.'); return null; }
    return this.ask({ ask: 'digits.save', id: this.id });
  }
  async sample() {
    const answer = await this.toy();
    if (answer) window.GA.openToy({ name: answer.name, base64: answer.data });
  }
  async save() {
    const answer = await this.toy();
    if (!answer) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes(answer.data)], { type: 'application/octet-stream' }));
    link.download = answer.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
}

const points = new Points($('section.points')), digits = new Digits($('section.digits'));
players.push(points, digits);
window.GA.ask("learn", { ask: "offer" }).then(offered => { points.offer(offered); digits.offer(offered); })
  .catch(() => say('The server did not answer. Reload the page.'));

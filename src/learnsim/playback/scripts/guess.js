(function (learnsim) {
  "use strict";
  // Guess: what a viewer expects before a scene is played, as a drawn curve or as a number, and beside it what happened.
  // It stays in the browser's memory: no guess is stored or sent.

  const MARGIN = { left: 34, right: 14, top: 24, bottom: 20 };

  function svg(tag, attributes = {}, text = "") {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  }

  class Guess { // what both kinds have in common: sliders for the keyboard, a drawing for mouse and finger
    constructor({ say, onguess, side }) {
      Object.assign(this, { say, onguess, side, touched: false, locked: false, row: 0, curve: [] });
      this.drawing = svg("svg", { class: "learnsim-guess-drawing", role: "img" });
      this.sliders = learnsim.make("div", { class: "learnsim-guess-sliders" });
      this.host = learnsim.make("div", { class: "learnsim-guess" }, this.drawing, this.sliders);
      this.drawing.addEventListener("pointerdown", (event) => this.press(event));
      this.drawing.addEventListener("pointermove", (event) => this.move(event));
      for (const end of ["pointerup", "pointercancel"]) this.drawing.addEventListener(end, () => { this.pressed = false; });
      this.watcher = new ResizeObserver(() => this.draw());
      this.watcher.observe(this.host);
    }

    slider(label, low, high, value, oninput) {
      const shown = learnsim.make("output", { "aria-hidden": "true" });
      const input = learnsim.make("input", { type: "range", min: low, max: high, step: 1, value, oninput: () => {
        oninput(Number(input.value));
        this.touch();
      } });
      this.sliders.append(learnsim.make("label", {}, learnsim.make("span", {}, label, ": ", shown), input));
      return { input, show: (number) => {
        input.value = Math.round(number);
        shown.textContent = this.touched ? this.worded(Math.round(number)) : "?";
        input.setAttribute("aria-valuetext", this.worded(Math.round(number)));
      } };
    }

    press(event) {
      if (this.locked || event.button > 0) return;
      event.preventDefault();
      this.pressed = true;
      this.before = null;
      if (event.isTrusted) this.drawing.setPointerCapture(event.pointerId);
      this.move(event);
    }

    move(event) {
      if (!this.pressed || this.locked) return;
      const box = this.drawing.getBoundingClientRect();
      this.pointed(event.clientX - box.left, event.clientY - box.top);
      this.touch();
    }

    touch() {
      this.touched = true;
      this.draw();
      this.onguess();
    }

    lock() { // while and after it is played
      this.locked = true;
      this.sliders.hidden = true;
      this.drawing.classList.add("learnsim-locked");
      this.draw();
    }

    happened(curve, row) { // what is known so far: points of 100, session by session
      if (row === this.row && curve === this.curve) return;
      [this.curve, this.row] = [curve, row];
      this.draw();
    }

    size(height) {
      const width = Math.max(220, this.host.clientWidth);
      this.width = width - MARGIN.left - MARGIN.right;
      this.height = height - MARGIN.top - MARGIN.bottom;
      for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height })) {
        this.drawing.setAttribute(name, value);
      }
    }

    legend() { // told apart by dashes and words, not only by colour
      const parts = [], samples = [["guess", this.touched, "story.your_guess"], ["happened", this.row, "story.happened"]];
      let x = MARGIN.left;
      for (const [name, shown, key] of samples) {
        if (!shown) continue;
        const text = this.say(key);
        parts.push(svg("path", { class: this.classes(name), d: `M${x} 10h22` }), svg("text", { x: x + 28, y: 14 }, text));
        x += 44 + 7 * text.length;
      }
      return parts;
    }

    classes(name) { return name === "guess" ? "guess" : `happened learnsim-side-${this.side}`; }

    text(x, y, text, anchor = "middle") { return svg("text", { x, y, "text-anchor": anchor }, text); }

    destroy() {
      this.watcher.disconnect();
      this.host.remove();
    }
  }

  learnsim.CurveGuess = class extends Guess { // points of 100 against sessions
    constructor(options) {
      super(options);
      Object.assign(this, { sessions: options.sessions, start: options.start, drawn: new Map() });
      this.half = Math.max(1, Math.round(this.sessions / 2));
      const set = (row) => (value) => { // straight lines from the start to the two points
        this.drawn = new Map([this.half, this.sessions].map((there) => [there, there === row ? value : this.at(there)]));
      };
      this.ends = [this.half, this.sessions].map((row, k) => [row, this.slider(
        this.say(k ? "story.at_end" : "story.half_way", { sessions: row }), 0, 100, Math.round(this.start), set(row))]);
      this.draw();
    }

    worded(number) { return this.say("story.points", { points: number }); }
    get value() { return Math.round(this.at(this.sessions)); }

    at(row) { // along the drawn points, from the level that people have at the start
      if (this.drawn.has(row)) return this.drawn.get(row);
      let [low, high] = [[0, this.start], null];
      for (const [there, value] of this.drawn) {
        if (there < row && there > low[0]) low = [there, value];
        if (there > row && (!high || there < high[0])) high = [there, value];
      }
      return high ? low[1] + (high[1] - low[1]) * (row - low[0]) / (high[0] - low[0]) : low[1];
    }

    pointed(x, y) {
      const row = Math.max(1, Math.min(this.sessions, Math.round((x - MARGIN.left) / this.width * this.sessions)));
      const value = Math.max(0, Math.min(100, 100 * (1 - (y - MARGIN.top) / this.height)));
      if (!this.before) this.drawn = new Map([...this.drawn].filter(([there]) => there <= row)); // a new stroke
      const [from, first] = this.before || [row, value];
      for (let there = Math.min(from, row); there <= Math.max(from, row); there++) {
        this.drawn.set(there, from === row ? value : first + (value - first) * (there - from) / (row - from));
      }
      this.before = [row, value];
    }

    draw() {
      this.size(172);
      const x = (row) => MARGIN.left + this.width * row / Math.max(1, this.sessions);
      const y = (points) => MARGIN.top + this.height * (1 - points / 100);
      const line = (values, rows) => Array.from({ length: rows + 1 }, (_, row) => [x(row), y(values(row))])
        .map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
      const parts = [];
      for (const points of [0, 25, 50, 75, 100]) {
        parts.push(svg("path", { class: "grid", d: `M${x(0)} ${y(points)}H${x(this.sessions)}` }),
          this.text(x(0) - 5, y(points) + 4, points, "end"));
      }
      for (const row of [...new Set([0, this.half])]) parts.push(this.text(x(row), y(0) + 15, row));
      parts.push(this.text(x(this.sessions), y(0) + 15, this.say("story.axis", { sessions: this.sessions }), "end"));
      parts.push(this.text(x(0) + 4, y(100) + 13, this.say("story.points_axis"), "start"));
      if (this.touched) parts.push(svg("path", { class: "guess", d: line((row) => this.at(row), this.sessions) }));
      const happened = { class: this.classes("happened") };
      if (this.row) parts.push(svg("path", { ...happened, d: line((row) => this.curve[row], this.row) }));
      parts.push(svg("circle", { ...happened, cx: x(0), cy: y(this.start), r: 4 }), ...this.legend());
      this.drawing.replaceChildren(...parts);
      this.drawing.setAttribute("aria-label", this.say("story.chart"));
      for (const [row, slider] of this.ends || []) slider.show(this.at(row));
    }
  };

  learnsim.NumberGuess = class extends Guess { // one number on a line: so many points more or less
    constructor(options) {
      super(options);
      Object.assign(this, { low: options.low, high: options.high, worded: options.worded, value: 0 });
      this.end = this.slider(options.label, this.low, this.high, 0, (value) => { this.value = value; });
      this.draw();
    }

    pointed(x) {
      const value = Math.round(this.low + (this.high - this.low) * (x - MARGIN.left) / this.width);
      this.value = Math.max(this.low, Math.min(this.high, value));
    }

    draw() {
      this.size(90);
      const y = MARGIN.top + 30, x = (value) => MARGIN.left + this.width * (value - this.low) / (this.high - this.low);
      const parts = [svg("path", { class: "grid", d: `M${x(this.low)} ${y}H${x(this.high)}` })];
      for (let value = this.low; value <= this.high; value += 10) {
        const label = this.low < 0 ? learnsim.signed(value, 0, this.say) : value;
        parts.push(svg("path", { class: "grid", d: `M${x(value)} ${y - 5}v10` }), this.text(x(value), y + 24, label));
      }
      if (this.touched) parts.push(svg("path", { class: "guess", d: `M${x(this.value)} ${y - 22}v44` }));
      if (this.row && this.actual !== undefined) {
        const at = Math.max(this.low, Math.min(this.high, this.actual));
        parts.push(svg("path", { class: this.classes("happened"), d: `M${x(at)} ${y - 22}v44` }),
          svg("circle", { class: this.classes("happened"), cx: x(at), cy: y, r: 5 }));
      }
      this.drawing.replaceChildren(...parts, ...this.legend());
      this.drawing.setAttribute("aria-label", this.say("story.line"));
      if (this.end) this.end.show(this.value);
    }
  };
})(window.learnsim = window.learnsim || {});

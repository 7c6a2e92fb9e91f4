(function (learnsim) {
  "use strict";
  // Guess: what a viewer expects before a scene is played, as a drawn curve or as a number, and beside it what happened.
  // It stays in the browser's memory: no guess is stored or sent.

  const { shape: svg } = learnsim;
  // of a guess, in another language
  const STAYS = ["touched", "locked", "row", "curve", "actual", "drawn", "isHalfSet", "value"];

  class Guess { // what both kinds have in common: sliders for the keyboard, a drawing for mouse and finger
    constructor({ say, onguess, look }) {
      Object.assign(this, { say, onguess, look, touched: false, locked: false, row: 0, curve: [] });
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

    resume(other) { // as it was, in another language
      for (const name of STAYS) if (Object.hasOwn(other, name)) this[name] = other[name];
      if (this.locked) this.lock();
      else this.draw();
    }

    fit(least, share) { // so many letters high, or a share of the width; letters are as large as those of the other charts
      const letter = Math.max(12, Math.round(0.8 * parseFloat(getComputedStyle(this.host).fontSize)));
      const width = Math.max(220, this.host.clientWidth);
      const height = Math.max(least * letter, Math.min(share * width, 24 * letter));
      this.letter = letter;
      this.margin = { left: 2.8 * letter, right: 1.2 * letter, top: 2 * letter, bottom: 1.7 * letter };
      this.width = width - this.margin.left - this.margin.right;
      this.height = height - this.margin.top - this.margin.bottom;
      const size = { viewBox: `0 0 ${width} ${height}`, width, height, "font-size": letter };
      for (const [name, value] of Object.entries(size)) this.drawing.setAttribute(name, value);
    }

    legend() { // which differ by width, dashes and words, not only by colour
      const { letter, margin } = this, parts = [];
      const samples = [[this.touched, this.guessed, "story.your_guess"], [this.row, this.happens, "story.happened"]];
      let x = margin.left;
      for (const [shown, looks, key] of samples) {
        if (!shown) continue;
        const text = this.say(key), line = svg("path", { ...looks, d: `M${x} ${0.8 * letter}h${2.2 * letter}` });
        parts.push(line, this.text(x + 2.6 * letter, 1.15 * letter, text, "start"));
        x += (4 + 0.58 * text.length) * letter;
      }
      return parts;
    }

    get guessed() { return { class: "guess" }; }
    get happens() { // in the colour and the line of the arm
      return { class: `happened learnsim-of-${this.look}`, "stroke-dasharray": learnsim.DASHES[this.look] };
    }

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
        if (row === this.half) this.isHalfSet = true;
        const others = [this.half, this.sessions].filter((there) => there === row || there !== this.half || this.isHalfSet);
        this.drawn = new Map(others.map((there) => [there, there === row ? value : this.at(there)]));
      };
      this.ends = [this.half, this.sessions].map((row, k) => [row, this.slider(
        this.say(k ? "story.at_end" : "story.half_way", { sessions: row }), 0, 100, Math.round(this.start), set(row))]);
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
      const row = Math.max(1, Math.min(this.sessions, Math.round((x - this.margin.left) / this.width * this.sessions)));
      const value = Math.max(0, Math.min(100, 100 * (1 - (y - this.margin.top) / this.height)));
      if (!this.before) this.drawn = new Map([...this.drawn].filter(([there]) => there <= row)); // a new stroke
      const [from, first] = this.before || [row, value];
      for (let there = Math.min(from, row); there <= Math.max(from, row); there++) {
        this.drawn.set(there, from === row ? value : first + (value - first) * (there - from) / (row - from));
      }
      this.before = [row, value];
    }

    draw() {
      this.fit(14, 0.42);
      const { letter, margin } = this, low = 1.25 * letter; // below the lowest line
      const x = (row) => margin.left + this.width * row / Math.max(1, this.sessions);
      const y = (points) => margin.top + this.height * (1 - points / 100);
      const line = (values, rows) => Array.from({ length: rows + 1 }, (_, row) => [x(row), y(values(row))])
        .map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
      const parts = [];
      for (const points of [0, 25, 50, 75, 100]) {
        parts.push(svg("path", { class: "grid", d: `M${x(0)} ${y(points)}H${x(this.sessions)}` }),
          this.text(x(0) - 5, y(points) + 0.35 * letter, points, "end"));
      }
      for (const row of [...new Set([0, this.half])]) parts.push(this.text(x(row), y(0) + low, row));
      parts.push(this.text(x(this.sessions), y(0) + low, this.say("story.axis", { sessions: this.sessions }), "end"));
      parts.push(this.text(x(0) + 4, y(100) + 1.1 * letter, this.say("story.points_axis"), "start"));
      if (this.touched) parts.push(svg("path", { ...this.guessed, d: line((row) => this.at(row), this.sessions) }));
      if (this.row) parts.push(svg("path", { ...this.happens, d: line((row) => this.curve[row], this.row) }));
      parts.push(svg("circle", { ...this.happens, cx: x(0), cy: y(this.start), r: 4 }), ...this.legend());
      this.drawing.replaceChildren(...parts);
      this.drawing.setAttribute("aria-label", this.say("story.chart"));
      for (const [row, slider] of this.ends) slider.show(this.at(row));
    }
  };

  learnsim.NumberGuess = class extends Guess { // one number on a line: so many points more or less
    constructor(options) {
      super(options);
      Object.assign(this, { low: options.low, high: options.high, worded: options.worded, value: 0 });
      this.end = this.slider(options.label, this.low, this.high, 0, (value) => { this.value = value; });
    }

    pointed(x) {
      const value = Math.round(this.low + (this.high - this.low) * (x - this.margin.left) / this.width);
      this.value = Math.max(this.low, Math.min(this.high, value));
    }

    draw() {
      this.fit(7.5, 0);
      const { letter, margin } = this, y = margin.top + 2.5 * letter, high = 1.8 * letter;
      const x = (value) => margin.left + this.width * (value - this.low) / (this.high - this.low);
      const parts = [svg("path", { class: "grid", d: `M${x(this.low)} ${y}H${x(this.high)}` })];
      for (let value = this.low; value <= this.high; value += 10) {
        const label = this.low < 0 ? learnsim.signed(value, 0, this.say) : value;
        const mark = svg("path", { class: "grid", d: `M${x(value)} ${y - 5}v10` });
        parts.push(mark, this.text(x(value), y + high + letter, label));
      }
      if (this.touched) parts.push(svg("path", { ...this.guessed, d: `M${x(this.value)} ${y - high}v${2 * high}` }));
      if (this.row && this.actual !== undefined) {
        const at = Math.max(this.low, Math.min(this.high, this.actual));
        parts.push(svg("path", { ...this.happens, d: `M${x(at)} ${y - high}v${2 * high}` }),
          svg("circle", { ...this.happens, cx: x(at), cy: y, r: 5 }));
      }
      this.drawing.replaceChildren(...parts, ...this.legend());
      this.drawing.setAttribute("aria-label", this.say("story.line"));
      this.end.show(this.value);
    }
  };
})(window.learnsim = window.learnsim || {});

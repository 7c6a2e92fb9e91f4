(function (learnsim) {
  "use strict";
  // Chart: one picture of curves as SVG, drawn at the width of its place, so that its text is never smaller than it should
  // be.
  // Its paths are drawn once; whatever row is shown, only the two clips at that row move: what is to come is faint.

  const { DASHES } = learnsim;
  const CIRCLE = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0";
  const ENDS = [CIRCLE, "M-3.500 -3.500h7v7h-7z", "M0 -4.500L4.500 3.500H-4.500z", "M0 -5L5 0L0 5L-5 0z", CIRCLE];
  const PLACES = [1, 0.85, 0.7, 0.55, 0.4, 0.28]; // where along a curve its name may end
  const GAP = 6, SIGN = 26;
  const short = (number) => Math.round(number * 100) / 100;

  // numbers at equal steps of 1, 2, 2.5 or 5 that are easy to read, from the last below a range to the first above it
  learnsim.ticksOf = function (low, high, most = 4) {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * (1 - 1e-9));
    const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
    return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
  };

  // a path through the values that there are; one that is missing interrupts it
  learnsim.pathOf = function (values, x, y) {
    let path = "", pen = "M";
    values.forEach((value, t) => {
      if (typeof value === "number") path += `${pen}${short(x(t))} ${short(y(value))}`;
      pen = typeof value === "number" ? "L" : "M";
    });
    return path;
  };

  function bandPath(low, high, x, y) {
    let path = "", from = -1;
    for (let t = 0; t <= low.length; t++) {
      const there = t < low.length && typeof low[t] === "number" && typeof high[t] === "number";
      if (there && from < 0) from = t;
      if (there || from < 0) continue;
      const rows = Array.from({ length: t - from }, (_, k) => from + k);
      const at = (values) => (row) => `${short(x(row))} ${short(y(values[row]))}`;
      path += `M${[...rows.map(at(high)), ...rows.reverse().map(at(low))].join("L")}Z`;
      from = -1;
    }
    return path;
  }

  const looks = ({ arm, second }) => `learnsim-of-${arm}${second ? " learnsim-second" : ""}`;
  const endOf = (line, more = {}) =>
    learnsim.shape("path", { d: ENDS[line.arm], class: `learnsim-end ${looks(line)}`, ...more });
  const curveOf = (line, d) =>
    learnsim.shape("path", { d, class: `learnsim-curve ${looks(line)}`, "stroke-dasharray": DASHES[line.arm] });
  const bandOf = (arm, of) => `learnsim-band learnsim-of-${arm} learnsim-${of}`;

  // What a chart draws, its spec: title; lines [{arm, second, name, values}], bands [{arm, of, low, high}] and before (lines
  // of the run before); last (row) and across (what the rows are); ticks and labels (of the values); arms (their numbers);
  // legend [{line, text}] (where it has other entries than the lines) and notes [{sign, text}]; text(row) (its numbers in
  // words); at(row) (what the pointer says there: a heading, and values with their names); stride (of the arrow keys).
  // Where curves are not drawn over rows: places (across, of the values of each line), steps(row): lines, ticks, labels, and
  // widest (labels for which there is always room).
  learnsim.Chart = class {
    constructor(host, { onmove, onseek }) {
      [this.host, this.onmove, this.onseek] = [host, onmove, onseek];
      this.box = learnsim.make("figure", { class: "learnsim-chart-box" });
      this.over = learnsim.make("div", { class: "learnsim-over", role: "slider", tabindex: "0" });
      this.values = learnsim.make("div", { class: "learnsim-values", hidden: true });
      this.wide = 0;
      host.append(this.box);
      this.listen();
    }

    show(spec) {
      this.spec = spec;
      this.over.setAttribute("aria-label", spec.pointed);
      this.over.setAttribute("aria-valuemin", 0);
      this.over.setAttribute("aria-valuemax", spec.last);
      this.build();
    }

    resize() { if (Math.abs(this.box.clientWidth - this.wide) >= 1) this.build(); }

    build() {
      const wide = this.wide = this.box.clientWidth, { spec, box } = this;
      if (!wide) return;
      const style = getComputedStyle(box), size = this.size = Math.max(12, Math.round(0.8 * parseFloat(style.fontSize)));
      this.pen = this.pen || document.createElement("canvas").getContext("2d");
      this.font = `${size}px ${style.fontFamily}`;
      const { shape } = learnsim, many = spec.arms.length > 2 ? " learnsim-many" : "";
      const svg = this.svg = shape("svg", { class: `learnsim-chart${many}`, role: "img", width: wide, "font-size": size });
      let y = 0;
      for (const line of this.wrapped(spec.title, wide, 600)) {
        svg.append(shape("text", { x: 0, y: y += 1.25 * size, "font-weight": 600 }, line));
      }
      const left = Math.ceil(Math.max(...(spec.widest || spec.labels).map((label) => this.width(label)))) + GAP;
      const top = y + 0.9 * size, right = wide - 8;
      const bottom = top + Math.max(7 * size, Math.min(0.46 * wide, 14 * size));
      this.area = { left, right, top, bottom };
      this.axes(svg);
      this.curves(svg);
      y = this.area.bottom + 1.5 * size;
      y = this.legend(svg, y);
      const high = Math.ceil(y + 0.4 * size);
      svg.setAttribute("height", high);
      svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      const place = { left, top, width: right - left, height: bottom - top };
      for (const [name, pixels] of Object.entries(place)) this.over.style[name] = `${pixels}px`;
      box.replaceChildren(svg, this.over, this.values);
      const row = this.row;
      this.row = this.at = null;
      if (row !== undefined && row !== null) this.draw(row);
    }

    width(text, weight = 400) {
      this.pen.font = `${weight} ${this.font}`;
      return this.pen.measureText(text).width;
    }

    wrapped(text, wide, weight) {
      return text.split(" ").reduce((lines, word) => {
        const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
        return lines.length && this.width(longer, weight) <= wide ? [...lines.slice(0, -1), longer] : [...lines, word];
      }, []);
    }

    x(t) { return this.area.left + (t / Math.max(1, this.spec.last)) * (this.area.right - this.area.left); }
    y(value) {
      const { ticks } = this.spec, low = ticks[0], share = (value - low) / (ticks.at(-1) - low || 1);
      return this.area.bottom - share * (this.area.bottom - this.area.top);
    }

    axes(svg) {
      const { shape } = learnsim, { spec, size } = this, { left, right, bottom } = this.area;
      this.scale = shape("g", {});
      svg.append(this.scale);
      this.ticks();
      const across = spec.last ? learnsim.ticksOf(0, spec.last).filter((t) => t <= spec.last && Number.isInteger(t)) : [0];
      const end = `${across.at(-1)} ${spec.across}`, long = this.width(end);
      const last = Math.min(right, this.x(across.at(-1)) + long / 2), begins = last - long;
      for (const t of across.slice(0, -1)) {
        if (this.x(t) + this.width(String(t)) / 2 + GAP > begins) continue;
        svg.append(shape("text", { x: short(this.x(t)), y: bottom + 1.25 * size, "text-anchor": "middle" }, t));
      }
      svg.append(shape("text", { x: short(last), y: bottom + 1.25 * size, "text-anchor": "end" }, end));
    }

    ticks() { // the lines and labels of the values
      const { shape } = learnsim, { ticks, labels } = this.spec, { left, right } = this.area;
      this.scale.replaceChildren(...ticks.flatMap((tick, k) => {
        const y = short(this.y(tick)), kind = tick === 0 ? "grid learnsim-zero" : "grid";
        return [shape("line", { x1: left, x2: right, y1: y, y2: y, class: kind }),
          shape("text", { x: left - GAP, y: y + 0.35 * this.size, "text-anchor": "end" }, labels[k])];
      }));
    }

    curves(svg) {
      const { shape } = learnsim, { spec } = this, { left, top, bottom } = this.area, drawn = shape("g", {});
      const x = (t) => this.x(t), y = (value) => this.y(value), path = ({ values }) => learnsim.pathOf(values, x, y);
      for (const line of spec.before) {
        const dashes = { "stroke-dasharray": DASHES[line.arm] };
        drawn.append(shape("path", { d: path(line), class: "learnsim-before", ...dashes }));
      }
      for (const { arm, of, low, high } of spec.bands) {
        drawn.append(shape("path", { d: bandPath(low, high, x, y), class: bandOf(arm, of) }));
      }
      this.paths = spec.lines.map((line) => curveOf(line, path(line)));
      drawn.append(...this.paths);
      if (spec.steps) {
        svg.append(drawn);
        this.clips = null;
      } else {
        const number = ++learnsim.Chart.count;
        const clip = () => shape("rect", { y: top - 4, height: bottom - top + 8, x: left, width: 0 });
        this.clips = [clip(), clip()];
        const shown = ["shown", "coming"].map((name, k) => {
          const id = `learnsim-${name}-${number}`, inside = k ? drawn.cloneNode(true) : drawn;
          svg.append(shape("clipPath", { id }, this.clips[k]));
          return shape("g", { class: `learnsim-${name}`, "clip-path": `url(#${id})` }, inside);
        });
        svg.append(...shown.reverse());
      }
      this.ends = spec.steps ? [] : spec.lines.map((line) => endOf(line));
      this.pointer = shape("line", { class: "learnsim-pointed-line", y1: top, y2: bottom, display: "none" });
      svg.append(this.pointer, ...this.ends);
    }

    // a name beside each curve where all have room, or else below
    legend(svg, y) {
      const { shape } = learnsim, { spec, size, wide } = this;
      const named = spec.lines.filter(({ name }) => name).map((line) => ({ line, text: line.name }));
      const places = spec.steps ? null : this.places(named);
      for (const [k, [right, down]] of (places || []).entries()) {
        const { line, text } = named[k], classes = `learnsim-direct learnsim-of-${line.arm}`;
        svg.append(shape("text", { x: short(right), y: short(down), "text-anchor": "end", class: classes }, text));
      }
      let x = 0, first = true;
      for (const { line, sign, text } of [...(places ? [] : spec.legend || named), ...spec.notes]) {
        const lines = this.wrapped(text, wide - SIGN - GAP);
        const need = SIGN + GAP + Math.max(...lines.map((part) => this.width(part)));
        if (first || x + need > wide) [x, y, first] = [0, y + 1.4 * size, false];
        svg.append(...this.sign(line, sign, x, y));
        lines.forEach((part, k) => svg.append(shape("text", { x: x + SIGN + GAP, y: short(y + 1.25 * size * k) }, part)));
        y += 1.25 * size * (lines.length - 1);
        x += need + 2.5 * GAP;
      }
      return y;
    }

    sign(line, sign, x, y) { // of an entry of the legend
      const { shape } = learnsim, { size, spec } = this, down = short(y - 0.35 * size), d = `M${x} ${down}h${SIGN}`;
      const transform = `translate(${x + SIGN / 2} ${down})`;
      if (line) return [curveOf(line, d), ...(spec.steps ? [] : [endOf(line, { transform })])];
      if (sign === "before") return [shape("path", { d, class: "learnsim-before" })];
      const part = SIGN / spec.arms.length;
      const place = { y: short(y - 0.8 * size), width: short(part), height: short(0.9 * size) };
      return spec.arms.map((arm, k) => shape("rect", { x: short(x + k * part), ...place, class: bandOf(arm, sign) }));
    }

    places(named) { // where the names of curves may stand without meeting a curve or each other; null where not all can
      const { left, right, top, bottom } = this.area, { size } = this, last = Math.max(1, this.spec.last), taken = [];
      if (named.length > 4) return null;
      const height = ({ values }, x) => { // of a curve at a place across
        const t = ((x - left) / (right - left)) * last, row = Math.max(0, Math.min(Math.floor(t), values.length - 2));
        const one = values[row], other = values[row + 1] ?? one;
        const isThere = typeof one === "number" && typeof other === "number" && t <= values.length - 1;
        return isThere ? this.y(one + (t - row) * (other - one)) : null;
      };
      const isApart = (one, other) =>
        one.end < other.begin - 3 || one.begin > other.end + 3 || one.above > other.down + 4 || one.down < other.above - 1;
      for (const { line, text } of named) {
        const wide = this.width(text, 600), there = PLACES.flatMap((share) => {
          const end = left + share * (right - left) - 2, begin = end - wide;
          const steps = Array.from({ length: Math.ceil(wide / 5) + 1 }, (_, k) => Math.min(end, begin + 5 * k));
          const own = steps.map((x) => height(line, x));
          if (begin < left + 2 || own.includes(null)) return [];
          const above = Math.min(...own) - 5, below = Math.max(...own) + 0.95 * size + 2;
          return [above, below].map((down) => ({ begin, end, above: down - 0.85 * size, down, steps }));
        });
        const isFree = (place, other) => place.steps.every((x) => { // its own curve is the nearest by far
          const y = height(other, x), far = other === line || !this.spec.lines.includes(other) ? 1 : size;
          return y === null || y < place.above - far || y > place.down + far + 3;
        });
        const free = there.find((place) => place.above >= top - 2 && place.down <= bottom - 2
          && taken.every((other) => isApart(place, other))
          && [...this.spec.lines, ...this.spec.before].every((other) => isFree(place, other)));
        if (!free) return null;
        taken.push(free);
      }
      return taken.map(({ end, down }) => [end, down]);
    }

    draw(row) {
      if (this.row === row) return;
      this.row = row; // counts once the chart has a place again
      if (!this.wide) return;
      const { spec } = this;
      if (spec.steps) {
        const { lines, ticks, labels } = spec.steps(row);
        if (String(ticks) !== String(spec.ticks)) {
          Object.assign(spec, { ticks, labels });
          this.ticks();
        }
        const x = (k) => this.x(spec.places[k]), y = (value) => this.y(value);
        lines.forEach((values, k) => this.paths[k].setAttribute("d", learnsim.pathOf(values, x, y)));
      } else {
        const { left, right } = this.area, x = short(this.x(row));
        this.clips[0].setAttribute("width", Math.max(0, x - left));
        this.clips[1].setAttribute("x", x);
        this.clips[1].setAttribute("width", Math.max(0, right - x + 4));
        spec.lines.forEach((line, k) => this.put(this.ends[k], line.values[row], x));
      }
      this.svg.setAttribute("aria-label", spec.text(row));
      if (!this.over.matches(":focus")) this.over.setAttribute("aria-valuenow", Math.min(row, spec.last));
    }

    put(end, value, x) {
      end.setAttribute("display", typeof value === "number" ? "inline" : "none");
      if (typeof value === "number") end.setAttribute("transform", `translate(${x} ${short(this.y(value))})`);
    }

    // the line of the pointer; its values where the pointer is (own)
    point(row, own) {
      const { spec } = this;
      if (!this.wide) return;
      this.box.classList.toggle("learnsim-pointed", row !== null);
      this.pointer.setAttribute("display", row === null ? "none" : "inline");
      this.values.hidden = row === null || !own;
      if (row === null) return;
      const x = short(this.x(row));
      this.pointer.setAttribute("x1", x);
      this.pointer.setAttribute("x2", x);
      if (own) this.tell(spec.at(row), x, row);
    }

    tell([head, ...parts], x, now) {
      const { make } = learnsim, { left, right, top } = this.area, isRight = x > (left + right) / 2;
      this.values.replaceChildren(make("b", {}, head), ...parts.map(({ name, value, arm }) =>
        make("span", { class: arm === undefined ? "learnsim-less" : `learnsim-of-${arm}` },
          make("span", {}, name), make("span", { class: "learnsim-number" }, value))));
      const place = isRight ? { left: "auto", right: `${this.wide - x + 8}px` } : { left: `${x + 8}px`, right: "auto" };
      Object.assign(this.values.style, place, { top: `${top}px` });
      this.over.setAttribute("aria-valuenow", now);
      this.over.setAttribute("aria-valuetext", [head, ...parts.map(({ name, value }) => `${name} ${value}`)].join(", "));
    }

    listen() {
      const { over } = this, rowAt = (event) => {
        const box = over.getBoundingClientRect();
        return Math.max(0, Math.min(this.spec.last, Math.round(((event.clientX - box.left) / box.width) * this.spec.last)));
      };
      const away = () => { this.pointed = null; this.onmove(null, this); };
      const to = (row) => { this.pointed = row; this.onmove(row, this); };
      over.addEventListener("pointerdown", (event) => {
        if (event.pointerType !== "mouse") over.setPointerCapture(event.pointerId);
        to(rowAt(event));
      });
      over.addEventListener("pointermove", (event) => to(rowAt(event)));
      over.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") away(); });
      over.addEventListener("click", (event) => this.onseek(rowAt(event), this));
      over.addEventListener("focus", () => { if (over.matches(":focus-visible")) to(this.row ?? 0); });
      over.addEventListener("blur", away);
      over.addEventListener("keydown", (event) => {
        const { last, stride } = this.spec, row = this.pointed ?? this.row ?? 0;
        const far = Math.max(stride, Math.round(last / 10));
        const on = row + stride, back = row - stride;
        const rows = { ArrowRight: on, ArrowUp: on, ArrowLeft: back, ArrowDown: back,
          PageUp: row + far, PageDown: row - far, Home: 0, End: last };
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key in rows) to(Math.max(0, Math.min(last, rows[event.key])));
        else if (event.key === "Enter") this.onseek(row, this);
        else if (event.key === "Escape" && this.pointed !== null) away();
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    }
  };
  learnsim.Chart.count = 0;
})(window.learnsim = window.learnsim || {});

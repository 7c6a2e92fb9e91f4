(function (learnsim) {
  "use strict";
  // Drawing: pictures and curves as one SVG with title and clock, from the same data, by the same strokes as on the canvas.

  const LEAST = 60; // pixels: a smaller drawing is a sign in a text
  const LARGEST = 1.5; // times as large as on the screen curves may become
  const SIDE = 480, GAP = 24, EDGE = 24; // of a picture, between two of them, and around all
  const KEY = 14, SCALE = 120; // letters of the key, and its scale of colours
  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  const STYLES = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin",
    "opacity", "font-size", "font-weight", "text-anchor", "dominant-baseline", "paint-order"];
  const short = (number) => String(Math.round(number * 1e5) / 1e5);

  // a pen with the strokes of a canvas's that a picture is drawn with; each fill or stroke becomes an element
  learnsim.SvgPen = class {
    constructor(group) {
      this.group = group;
      Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, dashes: [], path: "" });
      this.saved = [];
    }

    beginPath() { this.path = ""; }
    closePath() { this.path += "Z"; }
    moveTo(x, y) { this.path += `M${short(x)} ${short(y)}`; }
    lineTo(x, y) { this.path += `L${short(x)} ${short(y)}`; }
    quadraticCurveTo(...at) { this.path += `Q${at.map(short).join(" ")}`; }
    rect(x, y, width, height) { this.path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`; }
    setLineDash(dashes) { this.dashes = dashes; }

    arc(x, y, radius, begin, end) { // in two halves, since a whole circle ends where it begins
      const at = (angle) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
      this.path += `${this.path && !this.path.endsWith("Z") ? "L" : "M"}${at(begin)}`;
      for (const angle of [(begin + end) / 2, end]) this.path += `A${short(radius)} ${short(radius)} 0 0 1 ${at(angle)}`;
    }

    add(tag, attributes) {
      const element = learnsim.shape(tag, attributes);
      if (this.globalAlpha < 1) element.setAttribute("opacity", short(this.globalAlpha));
      this.group.append(element);
      return element;
    }

    ink(style) { return style instanceof Gradient ? style.link(this.group) : style; }
    fill() { this.add("path", { d: this.path, fill: this.ink(this.fillStyle) }); }

    fillRect(x, y, width, height) {
      const at = { x: short(x), y: short(y), width: short(width), height: short(height) };
      this.add("rect", { ...at, fill: this.ink(this.fillStyle) });
    }

    stroke() {
      const line = { stroke: this.strokeStyle, "stroke-width": short(this.lineWidth) };
      const drawn = this.add("path", { d: this.path, fill: "none", ...line });
      if (this.dashes.length) drawn.setAttribute("stroke-dasharray", this.dashes.map(short).join(" "));
    }

    clip() { // what is drawn from now on, until it is restored
      const id = `learnsim-clip-${++learnsim.SvgPen.count}`, inside = learnsim.shape("g", { "clip-path": `url(#${id})` });
      this.group.append(learnsim.shape("clipPath", { id }, learnsim.shape("path", { d: this.path })), inside);
      this.group = inside;
    }

    drawImage(canvas, x, y, width, height) { this.add("image", { href: canvas.toDataURL(), x, y, width, height }); }
    createRadialGradient(x, y, inner, x1, y1, radius) { return new Gradient(x1, y1, radius); }
    save() { this.saved.push((({ saved, path, ...state }) => state)(this)); }
    restore() { Object.assign(this, this.saved.pop()); }
  };
  learnsim.SvgPen.count = 0;

  class Gradient {
    constructor(cx, cy, r) { [this.at, this.stops] = [{ cx, cy, r }, []]; }

    addColorStop(offset, colour) { this.stops.push({ offset, colour }); }

    link(group) { // what is transparent at the end has the colour of the beginning there, or else it would turn grey
      const id = `learnsim-light-${++learnsim.SvgPen.count}`, [{ colour: first }] = this.stops;
      const stops = this.stops.map(({ offset, colour }) => (colour === "transparent"
        ? learnsim.shape("stop", { offset, "stop-color": first, "stop-opacity": 0 })
        : learnsim.shape("stop", { offset, "stop-color": colour })));
      group.append(learnsim.shape("radialGradient", { id, gradientUnits: "userSpaceOnUse", ...this.at }, ...stops));
      return `url(#${id})`;
    }
  }

  learnsim.drawingOf = function (player) { // the whole drawing, as an element
    const { record, say, clock, pictures, charts } = player, { row } = clock, style = getComputedStyle(player.element);
    const colour = (name) => style.getPropertyValue(`--learnsim-${name}`).trim(), columns = Math.max(2, pictures.length);
    const wide = 2 * EDGE + columns * SIDE + (columns - 1) * GAP;
    const svg = learnsim.shape("svg", { "font-family": FONT, fill: colour("ink") });
    const left = (k) => EDGE + (k % columns) * (SIDE + GAP);
    let y = EDGE;
    const write = (text, size, weight = 400, x = EDGE, ink = colour("ink"), room = wide - 2 * EDGE) => {
      for (const line of linesOf(text, `${weight} ${size}px ${FONT}`, room)) {
        y += 1.3 * size;
        const looks = { "font-size": size, "font-weight": weight, fill: ink };
        svg.append(learnsim.shape("text", { x, y: short(y - 0.3 * size), ...looks }, line));
      }
    };
    write(player.title.textContent, 24, 650);
    write(learnsim.clockText(record, row, say), 16);
    y += 4;
    write(player.words.firstElementChild?.textContent || "", 17, 650);
    y += 10;
    const top = y;
    pictures.forEach((picture, a) => {
      y = top;
      write(record.arms[a].label, 18, 650, left(a), colour(learnsim.colourOf(record.arms[a])), SIDE);
      const group = learnsim.shape("g", { transform: `translate(${left(a)} ${short(y + 6)}) scale(${SIDE})` });
      picture.paintOn(new learnsim.SvgPen(group));
      svg.append(group);
    });
    y += SIDE + 18;
    const key = keyOf(learnsim.legendEntries(record, say, !clock.position.phase), y, wide - 2 * EDGE, colour);
    svg.append(...key.parts);
    y = key.end + 12;
    const shown = [...charts.querySelectorAll("svg")].map((chart) => ({ chart, box: chart.getBoundingClientRect() }))
      .filter(({ chart, box }) => box.width > LEAST && !chart.parentElement.closest("svg"));
    const scale = Math.min(LARGEST, SIDE / Math.max(...shown.map(({ box }) => box.width)));
    for (let k = 0; k < shown.length; k += columns) {
      const some = shown.slice(k, k + columns);
      some.forEach(({ chart, box }, c) => {
        const transform = `translate(${left(c)} ${short(y)}) scale(${short(scale)})`;
        svg.append(learnsim.shape("g", { transform }, copyOf(chart, box)));
      });
      y += Math.max(...some.map(({ box }) => box.height * scale)) + GAP;
    }
    const high = Math.ceil(y + EDGE / 2);
    const size = { xmlns: "http://www.w3.org/2000/svg", width: wide, height: high, viewBox: `0 0 ${wide} ${high}` };
    for (const [name, value] of Object.entries(size)) svg.setAttribute(name, value);
    svg.prepend(learnsim.shape("rect", { width: wide, height: high, fill: colour("ground") }));
    return svg;
  };

  function linesOf(text, font, room) { // a text in lines that are not wider than the room
    const lines = [];
    for (const word of text.split(" ").filter(Boolean)) {
      const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
      if (lines.length && widthOf(longer, font) <= room) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  function widthOf(text, font) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    return pen.measureText(text).width;
  }

  function keyOf(entries, top, room, colour) { // what colours and signs mean, as many in a row as there is room for
    const { shape } = learnsim, parts = [], wide = (text) => widthOf(text, `${KEY}px ${FONT}`);
    const steps = [0, 64, 128, 191, 255].map((shade, k) =>
      shape("stop", { offset: k / 4, "stop-color": learnsim.shades[shade] }));
    let [x, y] = [EDGE, top];
    for (const { text, sign, most } of entries) {
      const begin = sign ? KEY + 6 : 0, scale = begin + wide(text) + 8;
      const whole = most ? scale + SCALE + 8 + wide(most) : scale - 8;
      if (x > EDGE && x + whole > EDGE + room) [x, y] = [EDGE, y + 1.6 * KEY];
      const write = (words, across) =>
        parts.push(shape("text", { x: short(x + across), y: y + KEY, "font-size": KEY }, words));
      if (sign) {
        const drawn = learnsim.signOf(sign, colour);
        drawn.setAttribute("transform", `translate(${short(x)} ${y + 2}) scale(${short(KEY / 24)})`);
        parts.push(drawn);
      }
      write(text, begin);
      if (most) {
        const box = { x: short(x + scale), y: y + 2, width: SCALE, height: KEY - 1, fill: "url(#learnsim-scale)" };
        parts.push(shape("linearGradient", { id: "learnsim-scale" }, ...steps),
          shape("rect", { ...box, stroke: colour("rim") }));
        write(most, scale + SCALE + 8);
      }
      x += whole + 20;
    }
    return { parts, end: y + 1.6 * KEY };
  }

  function copyOf(chart, { width, height }) { // with its looks, which the style sheet gives it, as attributes
    const copy = chart.cloneNode(true), inside = chart.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((element, k) => {
      const looks = getComputedStyle(inside[k]);
      if (looks.display === "none") element.setAttribute("display", "none");
      else for (const name of STYLES) element.setAttribute(name, looks.getPropertyValue(name));
      if (element.tagName === "text" && looks.display !== "none") { // another font must not need more room
        const long = short(inside[k].getComputedTextLength());
        if (long > 0) element.setAttribute("textLength", long);
        element.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
      for (const name of ["class", "style", "tabindex"]) element.removeAttribute(name);
    });
    for (const name of ["class", "style", "tabindex", "role"]) copy.removeAttribute(name);
    if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    return copy;
  }
})(window.learnsim = window.learnsim || {});

(function (learnsim) {
  "use strict";
  // Picture: one organisation on a canvas. What stays the same is kept in layers: the ground with communities and cells, the
  // people in the colours of what they know, and the light of a lecture. A frame puts them together, with what happens in
  // this phase between them. Colours come from the style sheet.

  const SPEAK = 200; // milliseconds after which a picture is described anew
  const WALK = 600; // milliseconds that people need to reach other cells
  const ALONE = 50; // milliseconds without the player, after which a picture draws by itself where people walk
  const MOST_SHADED = 3000; // people whose colours change little by little
  const MOST_NAMED = 12; // communities whose names have a place
  const FAINT = 0.3; // who is absent
  const LEAST_WRONG = 100; // hundredths of a point that are drawn
  const COLOURS = ["ink", "ground", "officer", "chosen", "line", "cell", "hub", "rim", "light", "help", "misled"];
  const STEPS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120],
    [165, 157, 117], [194, 181, 106], [225, 206, 84], [254, 232, 56]]; // ten steps of matplotlib's cividis

  learnsim.shades = Array.from({ length: 256 }, (_, level) => {
    const place = level / 255 * (STEPS.length - 1), low = Math.min(STEPS.length - 2, Math.floor(place));
    return `rgb(${STEPS[low].map((part, k) => Math.round(part + (STEPS[low + 1][k] - part) * (place - low))).join(",")})`;
  });

  const SMALL = 4; // pixels: a smaller circle is drawn as an octagon, which costs half as much
  const TOGETHER = 64; // circles in one path: many in one take several times as long
  const ANGLES = Array.from({ length: 8 }, (_, k) => (k + 0.5) * Math.PI / 4);
  const CORNERS = ANGLES.map((angle) => [1.04 * Math.cos(angle), 1.04 * Math.sin(angle)]);

  function circle(pen, x, y, radius, px = 0) {
    if (radius > SMALL * px) {
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    } else {
      CORNERS.forEach(([across, down], k) => {
        if (k) pen.lineTo(x + radius * across, y + radius * down);
        else pen.moveTo(x + radius * across, y + radius * down);
      });
      pen.closePath();
    }
  }

  function fillDots(pen, dots, { x, y, px }, radius) {
    dots.forEach((dot, k) => {
      if (k % TOGETHER === 0) pen.beginPath();
      circle(pen, x[dot], y[dot], radius(dot), px);
      if (k % TOGETHER === TOGETHER - 1 || k === dots.length - 1) pen.fill();
    });
  }

  const smooth = (share) => share * share * (3 - 2 * share);

  learnsim.Picture = class {
    // say: texts; onhover(person) and onchoose(person): whom the pointer or the keyboard is on, and who is to be followed;
    // -1 is nobody
    constructor(host, { say, onhover, onchoose }) {
      [this.host, this.say] = [host, say];
      this.position = { row: 0, share: 0 };
      this.chosen = this.hovered = -1;
      this.layers = new Map();
      const role = { role: "application", "aria-roledescription": say("picture.role") };
      this.canvas = learnsim.make("canvas", { tabindex: "0", ...role });
      this.hubs = learnsim.make("div", { class: "learnsim-hubs", "aria-hidden": "true" });
      host.append(this.canvas, this.hubs);
      this.pointing = new learnsim.Pointing(this, onhover, onchoose);
      this.still = matchMedia("(prefers-reduced-motion: reduce)");
      this.repaint = () => setTimeout(() => this.due(), 50); // once the page has changed its colours
      this.media = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
      this.media.forEach((media) => media.addEventListener("change", this.repaint));
      this.print = () => this.render();
      for (const event of ["beforeprint", "afterprint"]) addEventListener(event, this.print);
      this.watcher = new ResizeObserver(() => {
        if (Math.abs(host.clientWidth - this.side) < 0.5) return;
        this.side = host.clientWidth;
        this.render();
      });
      this.watcher.observe(host);
      this.side = host.clientWidth;
    }

    // another record, or the same with other settings: people walk from where they are, if they are as many
    show(record, arm) {
      [this.record, this.arm, this.layouts] = [record, record.arms[arm], new Map()];
      this.layers.clear();
      this.named = this.arm.communities.length > 0 && this.arm.communities.length <= MOST_NAMED;
      this.plan = this.seen = null;
      if (this.layout && this.layout.dots === "cells") this.layout = null;
    }

    // position: row (sessions that are over), share (of the session being played), phase (null where sessions pass too fast
    // to see any), phaseShare; chosen and hovered: people, or -1
    draw(position, { chosen = -1, hovered = -1 } = {}) {
      [this.position, this.chosen, this.hovered, this.asked] = [position, chosen, hovered, performance.now()];
      this.render();
    }

    describe() { // once the picture has come to rest
      clearTimeout(this.described);
      this.described = setTimeout(() => {
        const text = learnsim.pictureText(this.record, this.arm, this.row, this.say);
        this.canvas.setAttribute("aria-label", `${text}. ${this.say("picture.keys")}`);
      }, SPEAK);
    }

    due() { // with the next frame, unless the player draws anyway
      if (!this.frame) {
        this.frame = requestAnimationFrame((now) => {
          this.frame = 0;
          if (now - this.asked < ALONE) this.due();
          else this.render();
        });
      }
    }

    destroy() {
      cancelAnimationFrame(this.frame);
      clearTimeout(this.described);
      this.watcher.disconnect();
      this.media.forEach((media) => media.removeEventListener("change", this.repaint));
      for (const event of ["beforeprint", "afterprint"]) removeEventListener(event, this.print);
      this.host.replaceChildren();
    }

    // the row whose session is shown: the one being played, or else the last one played
    get shownRow() { return Math.min(this.position.row + (this.position.share > 0 ? 1 : 0), this.arm.rows - 1); }
    get row() { return Math.min(this.position.row, this.arm.rows - 1); }
    get hasCouncil() { // of the officers of a community
      return (this.arm.plan(this.shownRow).stage || this.arm).phases.some(([phase]) => phase === "council");
    }

    render() {
      if (!this.arm) return;
      this.drawn = performance.now();
      this.fit();
      this.settle();
      const walking = this.before && this.walked() < 1, moment = walking ? this.drawn : "";
      if (!walking) this.before = null;
      [this.x, this.y] = this.places();
      const isCells = this.layout.dots === "cells"; // in which nobody is seen
      this.absent = isCells ? new Set() : this.arm.absent(this.shownRow);
      const { phase, share } = this.position, shaded = phase && this.record.people <= MOST_SHADED;
      const mixed = shaded ? smooth(Math.max(0, share - 0.85) / 0.15) : 0; // what is learned shows at the session's end
      const absent = this.absent.size ? this.shownRow : "", pen = this.canvas.getContext("2d");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
      pen.setTransform(this.canvas.width, 0, 0, this.canvas.height, 0, 0); // the picture is the unit square
      const put = (name, key, paint) => pen.drawImage(this.layer(name, key, paint), 0, 0, 1, 1);
      put("ground", this.hasCouncil, (on) => this.paintGround(on));
      if (this.arm.ties) put("ties", moment, (on) => this.paintTies(on));
      this.paintEvents(pen, moment);
      put("rims", `${absent} ${moment}`, (on) => this.paintRims(on));
      put("people", `${this.row} ${absent} ${mixed.toFixed(2)} ${moment}`, (on) => this.paintPeople(on, mixed));
      this.paintRings(pen);
      this.pointing.showTip();
      if (this.seen !== this.row) this.describe();
      this.seen = this.row;
      if (walking) this.due();
    }

    paintOn(pen) { // everything, on another pen than the canvas's, as everybody stands now
      this.paintGround(pen);
      if (this.arm.ties) this.paintTies(pen);
      this.paintEvents(pen, "");
      this.paintRims(pen);
      this.paintPeople(pen, 0);
      this.paintRings(pen);
    }

    fit() {
      const side = Math.max(160, this.side || this.host.clientWidth), dense = devicePixelRatio || 1;
      const style = getComputedStyle(this.host);
      if (this.canvas.width !== Math.round(side * dense)) this.canvas.width = this.canvas.height = Math.round(side * dense);
      this.px = 1 / side;
      this.colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--learnsim-${name}`).trim()]));
      this.look = `${this.canvas.width} ${Object.values(this.colours).join()}`;
    }

    settle() { // the places of the session that is shown; people walk there from where they are
      const plan = this.arm.plan(this.shownRow);
      if (plan === this.plan) return;
      const before = this.layout && !this.still.matches ? this.places() : null;
      if (!this.layouts.has(plan)) {
        const traits = { ...this.record.traits, ...plan.traits };
        this.layouts.set(plan, learnsim.layoutOf(plan, this.record.people, traits.learning_speed));
      }
      [this.plan, this.layout, this.stage] = [plan, this.layouts.get(plan), plan.stage || this.arm];
      const { x, y, dots } = this.layout, moved = (here, there) => here.some((at, i) => at !== there[i]);
      const same = before && dots === "people" && before[0].length === x.length;
      const walks = same && (moved(before[0], x) || moved(before[1], y));
      [this.before, this.started] = [walks ? before : null, this.drawn];
      this.nameHubs();
    }

    walked() { return Math.min(1, (this.drawn - this.started) / WALK); }

    places() { // of the dots, now
      if (!this.before) return [this.layout.x, this.layout.y];
      const { before, layout } = this, done = smooth(this.walked());
      return [layout.x, layout.y].map((there, d) => there.map((at, i) => before[d][i] + (at - before[d][i]) * done));
    }

    nameHubs() {
      const { hubs, hubRadius } = this.layout;
      const below = (hub) => `left:${100 * hub[0]}%;top:calc(${100 * hub[1]}% + 8px);max-width:${200 * hubRadius}%`;
      this.hubs.replaceChildren(...(this.named ? hubs : []).map((hub, g) => {
        const name = learnsim.make("span", { dir: "auto" }, learnsim.communityName(this.arm, g, this.say));
        name.style.cssText = below(hub);
        return name;
      }));
    }

    layer(name, key, paint) { // painted again only when something has changed
      const wanted = `${this.look} ${key}`, kept = this.layers.get(name) || { canvas: document.createElement("canvas") };
      this.layers.set(name, kept);
      if (kept.wanted === wanted && kept.plan === this.plan) return kept.canvas;
      [kept.wanted, kept.plan] = [wanted, this.plan];
      kept.canvas.width = kept.canvas.height = this.canvas.width; // which clears it
      const pen = kept.canvas.getContext("2d");
      pen.setTransform(kept.canvas.width, 0, 0, kept.canvas.height, 0, 0);
      paint(pen);
      return kept.canvas;
    }

    paintGround(pen) {
      const { hubs, hubRadius, cells, cellRadius, hubOf, dots } = this.layout, { colours, px } = this;
      pen.lineWidth = Math.max(0.0016, px);
      pen.strokeStyle = colours.line;
      pen.beginPath();
      for (const hub of hubs) {
        pen.moveTo(0.5, 0.5);
        pen.lineTo(...hub);
      }
      pen.stroke();
      if (this.hasCouncil) {
        pen.setLineDash([0.004, 0.006]);
        pen.beginPath();
        cells.forEach((cell, c) => {
          pen.moveTo(...hubs[hubOf[c]]);
          pen.lineTo(...cell);
        });
        pen.stroke();
        pen.setLineDash([]);
      }
      if (dots === "people") {
        pen.fillStyle = colours.cell;
        pen.beginPath();
        for (const [x, y] of cells.length ? cells : hubs) circle(pen, x, y, cells.length ? cellRadius : hubRadius);
        pen.fill();
      }
      pen.fillStyle = colours.hub;
      const half = Math.min(0.009, 0.12 * hubRadius);
      if (cells.length && this.hasCouncil) for (const [x, y] of hubs) pen.fillRect(x - half, y - half, 2 * half, 2 * half);
      pen.beginPath();
      circle(pen, 0.5, 0.5, 0.014);
      pen.fill();
    }

    paintTies(pen) {
      const { dotOf } = this.layout, { ties } = this.arm, { x, y } = this;
      pen.strokeStyle = this.colours.ink;
      pen.globalAlpha = Math.max(0.06, Math.min(0.3, 150 / ties.length));
      pen.lineWidth = this.px;
      pen.beginPath();
      for (let k = 0; k < ties.length; k += 2) {
        const [a, b] = [dotOf[ties[k]], dotOf[ties[k + 1]]];
        if (a < 0 || b < 0 || a === b) continue;
        pen.moveTo(x[a], y[a]);
        pen.lineTo(x[b], y[b]);
      }
      pen.stroke();
    }

    paintEvents(pen, moment) { // what happens in this phase; at rest, who helped the person who is followed
      const { phase, phaseShare, share } = this.position, { arm, plan, stage, layout, x, y, colours, px, chosen } = this;
      const row = this.shownRow, wrong = arm.wrong(Math.max(arm.first, row - 1));
      const { absent } = this, scene = { pen, arm, plan, stage, layout, x, y, colours, px, chosen, row, wrong, absent };
      scene.halo = (colour) => this.layer("halo", `${colour} ${absent.size ? row : ""} ${moment}`, (on) => {
        on.fillStyle = colour;
        const wider = (radius) => radius + Math.max(2.5 * px, Math.min(4 * px, 0.6 * radius));
        fillDots(on, [...x.keys()].filter((dot) => !absent.has(dot)), this, (dot) => wider(layout.radius[dot]));
      });
      if (phase) learnsim.paintPhase(scene, phase, phaseShare, this.still.matches);
      else if (!share && row > 0 && this.chosen >= 0) learnsim.paintHelp(scene, this.chosen);
    }

    values(row, name) { // of the dots: what a person has, or the mean of a cell
      const values = this.arm[name](row);
      if (!values || this.layout.dots === "people") return values;
      const mean = (members) => members.reduce((sum, person) => sum + values[person], 0) / Math.max(1, members.length);
      return this.layout.lists.map(mean);
    }

    paintRims(pen) { // below the dots: otherwise light ones could hardly be distinguished from the cell
      const { layout: { radius, dots }, px, colours, x, y, absent } = this, outer = (dot) => radius[dot] + this.rim(dot) / 2;
      pen.fillStyle = pen.strokeStyle = colours.rim;
      fillDots(pen, [...x.keys()].filter((dot) => !absent.has(dot)), this, outer);
      pen.setLineDash([2.5 * px, 2.5 * px]);
      pen.lineWidth = px;
      pen.beginPath();
      const ringed = this.stage.showsOfficers && dots !== "cells" ? this.plan.officers : [];
      for (const dot of absent) if (!ringed.includes(dot)) circle(pen, x[dot], y[dot], outer(dot));
      pen.stroke();
      pen.setLineDash([]);
      pen.strokeStyle = colours.officer;
      pen.lineWidth = Math.max(0.0036, 2 * px);
      pen.beginPath();
      for (const i of ringed) circle(pen, x[i], y[i], radius[i] + Math.max(0.0032, 1.8 * px));
      pen.stroke();
    }

    rim(dot) { return Math.min(1.25 * this.px, 0.35 * this.layout.radius[dot]); }

    paintPeople(pen, mixed) {
      const { row, x, layout: { radius } } = this, next = Math.min(row + 1, this.arm.rows - 1);
      const mix = (name) => {
        const here = this.values(row, name);
        if (!here || !mixed) return here;
        const there = this.values(next, name);
        return Float64Array.from(here, (value, i) => value + mixed * (there[i] - value));
      };
      const levels = mix("levels"), wrong = mix("wrong"), shades = Array.from({ length: 256 }, () => []);
      for (let i = 0; i < x.length; i++) shades[Math.min(255, Math.round(levels[i] / 10000 * 255))].push(i);
      const inner = (dot) => radius[dot] - this.rim(dot) / 2, { absent } = this;
      shades.forEach((some, shade) => {
        pen.fillStyle = learnsim.shades[shade];
        fillDots(pen, absent.size ? some.filter((dot) => !absent.has(dot)) : some, this, inner);
        pen.globalAlpha = FAINT;
        fillDots(pen, absent.size ? some.filter((dot) => absent.has(dot)) : [], this, inner);
        pen.globalAlpha = 1;
      });
      if (wrong) this.paintWrong(pen, wrong);
    }

    paintWrong(pen, wrong) { // a slice as large as the share that somebody has wrong; a cross where dots are too small
      const { x, y, px, colours, layout: { radius } } = this;
      pen.beginPath();
      for (let i = 0; i < x.length; i++) {
        if (wrong[i] < LEAST_WRONG) continue;
        const reach = radius[i], turn = 2 * Math.PI * Math.max(0.03, wrong[i] / 10000);
        if (reach < 3 * px) {
          if (wrong[i] >= 5 * LEAST_WRONG) pen.rect(x[i] - 0.4 * reach, y[i] - 1.6 * reach, 0.8 * reach, 3.2 * reach);
          continue;
        }
        pen.moveTo(x[i], y[i]);
        pen.arc(x[i], y[i], 1.12 * reach, -Math.PI / 2, -Math.PI / 2 + turn);
        pen.closePath();
      }
      pen.fillStyle = colours.misled;
      pen.fill();
      pen.strokeStyle = colours.ground;
      pen.lineWidth = 0.6 * px;
      pen.stroke();
    }

    paintRings(pen) { // around who is pointed at, and who is followed
      for (const [person, width] of [[this.hovered, 0.003], [this.chosen, 0.005]]) {
        const dot = person < 0 ? -1 : this.layout.dotOf[person];
        if (!(dot >= 0)) continue;
        pen.strokeStyle = this.colours.chosen;
        pen.lineWidth = Math.max(width, 1.5 * this.px);
        pen.beginPath();
        circle(pen, this.x[dot], this.y[dot], this.layout.radius[dot] + Math.max(0.006, 4 * this.px));
        pen.stroke();
      }
    }
  };
})(window.learnsim = window.learnsim || {});

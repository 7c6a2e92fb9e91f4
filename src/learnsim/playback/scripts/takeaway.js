(function (learnsim) {
  "use strict";
  // Take away: pictures and curves as files (PNG, SVG, CSV), a film of a stretch, the address, and the settings.

  const DENSE = 2; // pixels of a PNG per unit of the drawing
  const FILMED = 480; // side of a picture in a film
  const LASTING = 1000; // milliseconds of a film's last picture
  const LONGEST = 80; // letters of the arms in a file's name

  learnsim.TakeAway = class {
    constructor(host, player) {
      const { make } = learnsim, { say, options } = player;
      const item = (key, onclick) => make("button", { type: "button", onclick }, say(key));
      [this.player, this.say] = [player, say];
      const id = `learnsim-take-${++learnsim.TakeAway.count}`;
      this.panel = make("div", { class: "learnsim-take-panel", id, hidden: true });
      this.opener = make("button", { type: "button", "aria-expanded": "false", "aria-controls": this.panel.id,
        onclick: () => this.toggle(this.panel.hidden) }, learnsim.icon("take"), make("span", {}, say("take")));
      this.said = make("p", { role: "status" });
      for (const kind of ["png", "svg", "csv"]) this.panel.append(item(`take.${kind}`, () => this[kind]()));
      if (this.kind = filmKind()) {
        this.until = make("input", { type: "number", min: 1, "aria-label": say("take.until") });
        this.filming = item("take.film", () => (this.film ? this.endFilm() : this.beginFilm()));
        const label = make("span", { "aria-hidden": "true" }, say("take.until"));
        this.panel.append(make("div", { class: "learnsim-film" }, this.filming, label, this.until));
      } else this.panel.append(make("p", {}, say("take.no_film")));
      if (location.protocol !== "file:") this.panel.append(item("take.address", () => this.address()));
      if (options.toml) this.panel.append(item("take.toml", () => this.toml()));
      this.panel.append(this.said);
      const onkeydown = (event) => this.closing(event);
      host.append(make("div", { class: "learnsim-take", onkeydown }, this.opener, this.panel));
      this.elsewhere = (event) => { if (!event.target.closest?.(".learnsim-take")) this.toggle(false); };
    }

    toggle(open) {
      const { clock, record } = this.player;
      this.panel.hidden = !open;
      this.opener.setAttribute("aria-expanded", String(open));
      this.report("");
      document[open ? "addEventListener" : "removeEventListener"]("pointerdown", this.elsewhere);
      if (!open || !this.until) return;
      this.until.max = record.sessions;
      this.until.value = Math.min(record.sessions, (clock.finished ? 0 : clock.row) + record.cycleLength);
    }

    closing(event) {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.preventDefault();
      this.toggle(false);
      this.opener.focus();
    }

    report(text) { this.said.textContent = text; }

    arms() {
      const names = this.player.record.arms.map((arm) => arm.name).join("-and-").toLowerCase();
      return `learnsim-${names.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, LONGEST).replace(/^-|-$/g, "") || "arms"}`;
    }

    now() { return `${this.arms()}-${this.player.record.clock}-${this.player.clock.row}`; }

    save(blob, name) {
      const link = learnsim.make("a", { href: URL.createObjectURL(blob), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      this.report(this.say("take.saved", { name }));
    }

    drawing() { return new XMLSerializer().serializeToString(learnsim.drawingOf(this.player)); }

    svg() { this.save(new Blob([this.drawing()], { type: "image/svg+xml" }), `${this.now()}.svg`); }

    async png() {
      const image = new Image(), name = `${this.now()}.png`;
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(this.drawing())}`;
      await image.decode();
      const canvas = learnsim.make("canvas", { width: DENSE * image.width, height: DENSE * image.height });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => this.save(blob, name), "image/png");
    }

    csv() { // a row for each arm and session; what the page shows in points of 100 is in points here too
      const { record } = this.player, { measures } = record, inPoints = ({ most }) => most === 1;
      const columns = measures.map((measure) => measure.key + (inPoints(measure) ? "_points" : ""));
      const lines = [[record.clock, "arm", ...columns]];
      const value = (arm, measure, row) => {
        const there = arm.at(measure.key, row) ?? "";
        return typeof there === "number" ? Number((inPoints(measure) ? 100 * there : there).toFixed(4)) : there;
      };
      for (const arm of record.arms) {
        for (let row = 0; row < record.rows; row++) {
          lines.push([row, arm.name, ...measures.map((measure) => value(arm, measure, row))]);
        }
      }
      const text = lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
      this.save(new Blob([text], { type: "text/csv" }), `${this.arms()}-curves.csv`);
    }

    toml() {
      const { name, text } = this.player.options.toml;
      this.save(new Blob([text]), name);
    }

    async address() {
      try {
        await navigator.clipboard.writeText(location.href);
      } catch { // not allowed outside a secure context
        const field = learnsim.make("input", { value: location.href });
        this.panel.append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
      }
      this.report(this.say("take.copied"));
    }

    beginFilm() { // plays from here until the session that is wanted, or to the end, and films it
      const { player } = this, { clock, record } = player, count = record.arms.length;
      if (clock.finished) clock.seek(0);
      const wanted = Math.round(Number(this.until.value)) || record.sessions;
      const until = Math.max(clock.row + 1, Math.min(record.sessions, wanted));
      const canvas = learnsim.make("canvas", { width: count * (FILMED + 16) + 16, height: FILMED + 100 }), parts = [];
      const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: this.kind, videoBitsPerSecond: 4_000_000 });
      recorder.ondataavailable = (event) => parts.push(event.data);
      const type = this.kind.split(";")[0], ending = type.split("/")[1];
      recorder.onstop = () => this.save(new Blob(parts, { type }), `${this.now()}.${ending}`);
      this.film = { canvas, recorder, until };
      this.filming.textContent = this.say("take.stop");
      this.report(this.say("take.filming"));
      this.drawFilm();
      recorder.start();
      clock.play();
    }

    drawFilm() { // with every frame of the player
      if (!this.film) return;
      const { film } = this, { clock } = this.player;
      this.paintFilm(film);
      if (clock.row >= film.until || (!clock.playing && film.recorder.state === "recording")) this.endFilm();
    }

    paintFilm(film) {
      const { player } = this, { record, pictures } = player;
      const pen = film.canvas.getContext("2d"), style = getComputedStyle(player.element);
      const colour = (name) => style.getPropertyValue(`--learnsim-${name}`).trim(), write = (text, x, y, font, ink) => {
        [pen.font, pen.fillStyle] = [`${font} system-ui, sans-serif`, colour(ink)];
        pen.fillText(text, x, y, film.canvas.width - 32);
      };
      pen.fillStyle = colour("ground");
      pen.fillRect(0, 0, film.canvas.width, film.canvas.height);
      write(player.title.textContent, 16, 30, "600 22px", "ink");
      const now = [player.clockLine.textContent, player.caption.textContent].filter(Boolean).join(" \u2013 ");
      write(now, 16, 56, "400 17px", "ink");
      pictures.forEach((picture, a) => {
        write(record.arms[a].label, 16 + a * (FILMED + 16), 82, "600 17px", learnsim.colourOf(record.arms[a]));
        pen.drawImage(picture.canvas, 16 + a * (FILMED + 16), 90, FILMED, FILMED);
      });
    }

    endFilm() { // its last picture stays for a while
      const { film } = this, end = performance.now() + LASTING;
      this.film = null;
      this.player.clock.pause();
      this.filming.textContent = this.say("take.film");
      const last = () => {
        if (performance.now() > end) return film.recorder.stop();
        this.paintFilm(film);
        return requestAnimationFrame(last);
      };
      last();
    }

    destroy() {
      document.removeEventListener("pointerdown", this.elsewhere);
      if (this.film) this.endFilm();
    }
  };
  learnsim.TakeAway.count = 0;

  // what a browser can film, or null
  function filmKind() {
    if (!window.MediaRecorder || !HTMLCanvasElement.prototype.captureStream) return null;
    const kinds = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
    return kinds.find((kind) => MediaRecorder.isTypeSupported(kind)) || null;
  }

  function cell(value) { // quoted where it has to be; a text that a spreadsheet would take for a formula stays a text
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }
})(window.learnsim = window.learnsim || {});

(function (learnsim) {
  "use strict";
  // Player: the pictures, curves, sentences and controls of some arms, put together.

  learnsim.make = function (tag, attributes = {}, ...children) { // text is never read as HTML
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };

  learnsim.Player = class {
    constructor(root, options) {
      this.root = root;
      this.options = options;
      this.on = options.on || {};
      this.say = learnsim.texts(options.texts[options.language] || options.texts.en);
      this.clock = new learnsim.Clock(() => this.due(), (first, last) => this.on.want && this.on.want(first, last));
      this.build();
      this.setRecord(options.record);
      if (options.bands) this.setBands(options.bands);
    }

    build() {
      const make = learnsim.make, say = this.say;
      this.clockLine = make("p", { class: "learnsim-clock" });
      this.words = make("div", { class: "learnsim-words" });
      this.buttons = make("div", { class: "learnsim-bar" },
        make("button", { onclick: () => (this.clock.playing ? this.clock.pause() : this.clock.play()) }, say("play")));
      this.two = make("div", { class: "learnsim-two" });
      this.charts = make("div", { class: "learnsim-charts" });
      this.root.replaceChildren(make("div", { class: "learnsim-player" }, this.buttons, this.clockLine, this.words, this.two, this.charts));
      this.curves = new learnsim.Curves(this.charts, this);
    }

    setRecord(json) {
      this.previous = this.record;
      this.record = learnsim.openRecord(json);
      this.bands = null;
      this.two.replaceChildren();
      this.pictures = this.record.arms.map((arm, a) => {
        const host = learnsim.make("div", { class: "learnsim-organisation" });
        this.two.append(learnsim.make("section", { class: `learnsim-side learnsim-arm-${a}` }, learnsim.make("h2", { class: "learnsim-name" }, arm.name), host));
        const picture = new learnsim.Picture(host, this);
        picture.show(this.record, a);
        return picture;
      });
      this.curves.show(this.record, this);
      this.clock.use(this.record);
    }

    setBands(json) { this.bands = json; this.curves.show(this.record, this); this.due(); }

    append(frames) { this.record.append(frames); this.clock.arrived(this.record.rows); }

    due() { // drawn once with the next frame, however much changed
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
    }

    draw() {
      const at = this.clock.position, row = at.row;
      this.clockLine.textContent = learnsim.clockText(this.record, row, this.say);
      this.words.replaceChildren(...learnsim.sentences(this.record, row, this.say, this.bands).map((text) => learnsim.make("p", {}, text)));
      for (const picture of this.pictures) picture.draw(at);
      this.curves.draw(row);
    }

    destroy() { this.clock.destroy(); cancelAnimationFrame(this.frame); this.root.replaceChildren(); }
  };
})(window.learnsim = window.learnsim || {});

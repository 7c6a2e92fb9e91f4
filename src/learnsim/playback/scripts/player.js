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
      this.clock = new learnsim.Clock(() => this.due());
      this.sides = null; // the arms that are shown, where a scene shows only some
      this.story = options.scenes ? new learnsim.Story(this, options.scenes) : null;
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
      this.root.replaceChildren(make("div", { class: "learnsim-player" }, ...(this.story ? [this.story.host] : []), this.buttons, this.clockLine, this.words, this.two, this.charts));
      this.curves = new learnsim.Curves(this.charts, this);
    }

    setRecord(json) {
      [this.previous, this.json, this.bands, this.bandsJson] = [this.record, json, null, null];
      this.record = learnsim.openRecord(this.shown(json));
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
      if (this.story) this.story.arrived();
    }

    setBands(json) {
      [this.bandsJson, this.bands] = [json, json && this.shown(json)];
      this.curves.show(this.record, this);
      if (this.story) this.story.words();
      this.due();
    }

    shown(json) { // of a record, of bands or of frames only the arms that are shown
      if (!this.sides) return json;
      const { difference, difference_curve, ...others } = json; // of two arms
      return { ...others, arms: this.sides.map((side) => json.arms[side]) };
    }

    showAgain() { // with other arms shown
      const { json, bandsJson } = this;
      this.setRecord(json);
      if (bandsJson) this.setBands(bandsJson);
    }

    append(frames) { this.record.append(this.shown(frames)); this.clock.rows = this.record.rows; this.due(); }

    due() { // drawn once with the next frame, however much changed
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
    }

    draw() {
      const row = Math.min(this.clock.row, this.record.rows - 1);
      this.clockLine.textContent = learnsim.clockText(this.record, row, this.say);
      this.words.replaceChildren(...learnsim.sentences(this.record, row, this.say, this.bands).map((text) => learnsim.make("p", {}, text)));
      for (const picture of this.pictures) picture.draw({ row, share: this.clock.share });
      this.curves.draw(row);
      if (this.story) this.story.draw(row);
    }

    destroy() { this.clock.destroy(); cancelAnimationFrame(this.frame); this.root.replaceChildren(); }
  };
})(window.learnsim = window.learnsim || {});

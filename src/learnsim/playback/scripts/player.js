(function (learnsim) {
  "use strict";
  // Player: the pictures, curves, sentences and controls of some arms, put together.

  const TURNS = 3; // a smaller picture may need more lines below it

  learnsim.Player = class {
    constructor(root, options) {
      [this.root, this.options, this.on] = [root, options, options.on || {}];
      this.language = options.texts[options.language] ? options.language : "en";
      this.say = (key, values) => this.texts(key, values);
      this.clock = new learnsim.Clock(() => this.due(), (first, last) => this.on.want?.(first, last));
      this.chosen = options.person ?? -1; // who is followed
      this.hovered = -1;
      this.onhover = (person) => { this.hovered = person; this.due(); };
      this.onchoose = (person) => { this.follow(person); this.on.choose?.(person); };
      this.onpoint = (row) => this.clock.seek(row);
      this.isOther = false; // whether the next record is no change of this one
      this.sides = this.openedSides = null; // the arms that are shown, where a scene shows only some; those of the record
      this.busy = this.presenting = false;
      this.news = ""; // of the connection: "stopped", "elsewhere" or "back"
      this.speak();
      this.listen();
      this.setRecord(options.record);
      if (options.bands) this.setBands(options.bands);
      this.story?.begin(options.scene);
    }

    speak() { // builds everything, in the language that is chosen
      const { texts, scenes } = this.options;
      this.texts = learnsim.texts(texts[this.language]);
      if (!this.story && scenes) this.story = new learnsim.Story(this, scenes);
      this.build();
      if (!this.record) return;
      this.showRecord();
      this.story?.speak();
    }

    build() {
      const { make } = learnsim, { say, options, language } = this;
      const place = (name, ...inside) => make("div", { class: `learnsim-${name}` }, ...inside);
      this.title = make("h1", { class: "learnsim-title" });
      this.question = make("p", { class: "learnsim-asked" });
      this.tools = place("tools");
      this.follower = new learnsim.FollowBox(this.tools, this);
      this.takeAway?.destroy();
      this.takeAway = new learnsim.TakeAway(this.tools, this);
      const onlanguage = (code) => this.setLanguage(code);
      new learnsim.LanguageBox(this.tools, { say, texts: options.texts, language, onlanguage });
      this.presenter = make("button", { type: "button", class: "learnsim-present", "aria-keyshortcuts": "F",
        onclick: () => this.present(!this.presenting) }, learnsim.icon("present"), make("span"));
      this.namePresenter();
      this.tools.append(this.presenter);
      this.two = place("two");
      this.pictures = [];
      this.legend = place("legend");
      this.clockLine = make("p", { class: "learnsim-clock" });
      this.caption = make("p", { class: "learnsim-phase" });
      this.watch = make("button", { type: "button", class: "learnsim-watch", title: say("watch.title"),
        onclick: () => this.clock.watch() }, say("watch"));
      this.seen = place("seen", this.two, this.legend, place("moment", this.clockLine, this.caption, this.watch));
      this.timeline = new learnsim.Timeline(this.seen,
        { say, onseek: (row) => this.clock.seek(row), oncycle: (way) => this.cycle(way) });
      this.controls = new learnsim.Controls(this.seen,
        { say, clock: this.clock, cycle: () => this.cycle(), reset: () => this.reset() });
      this.cardPlace = place("card-place");
      this.words = place("words");
      this.charts = place("charts");
      this.changed = place("changed"); // on paper only
      this.status = make("p", { class: "learnsim-unseen", role: "status" });
      this.working = make("p", { class: "learnsim-busy", role: "status" });
      this.stage = place("stage", this.seen, place("beside", this.cardPlace, this.words), this.charts, this.changed);
      const head = make("div", { class: "learnsim-head" }, this.title, this.tools);
      const layout = place("layout", ...(this.story ? [this.story.host] : []), head, this.question, this.stage);
      this.notice = make("div", { class: "learnsim-notice", role: "status" });
      const inside = [this.notice, layout, this.working, this.status];
      if (this.element) this.element.replaceChildren(...inside);
      else this.root.replaceChildren(this.element = make("div", { class: "learnsim-player" }, ...inside));
      if (!document.querySelector("main, [role=main]")) this.element.setAttribute("role", "main");
      this.element.lang = this.language;
      this.curves = new learnsim.Curves(this.charts, this);
      this.card = learnsim.Card && new learnsim.Card(this.cardPlace, { say, onclose: () => this.onchoose(-1) });
      this.worded = null;
      this.inform(this.news);
    }

    inform(news) { // what has become of the connection, above all else: "stopped", "elsewhere" or "back"; nothing for ""
      this.news = news;
      const { make } = learnsim, say = this.say, onclick = () => location.reload();
      const reload = news === "back" ? [make("button", { type: "button", onclick }, say("notice.reload"))] : [];
      this.notice.replaceChildren(...(news ? [make("span", {}, say(`notice.${news}`)), ...reload] : []));
      if (this.record) this.fit();
    }

    listen() {
      this.ends = new AbortController();
      const { signal } = this.ends, soon = () => setTimeout(() => this.due(), 60); // once the page has changed its colours
      document.addEventListener("keydown", (event) => learnsim.keys(this, event), { signal });
      document.addEventListener("fullscreenchange", () => {
        if (!document.fullscreenElement) this.present(false);
      }, { signal });
      for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
        matchMedia(query).addEventListener("change", soon, { signal });
      }
      matchMedia("print").addEventListener("change", () => this.draw(), { signal }); // paper is always light
      window.addEventListener("resize", () => this.fit(), { signal });
      document.fonts?.ready.then(() => { // texts have another width than before
        if (!signal.aborted && this.record) this.curves.show(this.record, this);
        this.due();
      });
      this.watcher = new ResizeObserver(() => this.fit());
      this.watcher.observe(this.element);
    }

    fit() { // the pictures leave room in the window for what stands above and below them
      const { element, seen, sections } = this;
      const outer = this.presenting ? 0 : element.getBoundingClientRect().top + window.scrollY;
      for (let turn = 0; turn < TURNS; turn++) {
        const above = seen.getBoundingClientRect().top - element.getBoundingClientRect().top + Math.max(0, outer);
        element.style.setProperty("--learnsim-above", `${Math.round(above)}px`);
        element.style.setProperty("--learnsim-around", `${seen.offsetHeight - sections[0].host.offsetHeight}px`);
      }
      this.due();
    }

    setLanguage(code) {
      if (!this.options.texts[code]) return;
      this.language = code;
      this.speak();
      this.element.querySelector(".learnsim-language")?.focus();
      this.on.language?.(code);
    }

    setRecord(json) { // the row stays where it is, and the run before a change of a setting stays for comparison
      this.openedSides = this.sides;
      const record = learnsim.openRecord(this.shown(json));
      const compared = !this.story?.scene && !this.isOther && this.record?.kind === record.kind;
      this.isOther = false;
      const others = this.record && String(record.names) !== String(this.record.names);
      const isLost = this.chosen >= 0 && (others || this.chosen >= record.people);
      this.previous = compared ? this.record : null;
      [this.record, this.json, this.bands, this.bandsJson] = [record, json, null, null];
      this.setBusy(false);
      if (isLost) this.chosen = -1;
      this.clock.use(record);
      this.showRecord();
      if (isLost) this.onchoose(-1);
      this.story?.arrived(json.address);
    }

    showRecord() {
      const { record, say } = this, { make } = learnsim, names = record.arms.map((arm) => arm.label), count = names.length;
      this.title.textContent = say("title", { arms: new Intl.ListFormat(this.language).format(names) });
      const settings = new Intl.ListFormat(this.language).format(
        (this.json.varied?.[this.language] || []).map((text) => say("quoted", { text })));
      const varied = settings && say("question.varied", { settings });
      this.question.textContent = [record.question, varied].filter(Boolean).join(" ");
      if (this.pictures.length !== count) {
        this.sections = record.arms.map(() => {
          const name = make("h2", { class: "learnsim-name" });
          const phase = make("span", { class: "learnsim-own-phase" });
          const host = make("div", { class: "learnsim-organisation" });
          const head = make("div", { class: "learnsim-side-head" }, name, phase);
          return { name, phase, host, section: make("section", {}, head, host) };
        });
        this.two.replaceChildren(...this.sections.map((side) => side.section));
        this.pictures = this.sections.map((side) => new learnsim.Picture(side.host, this));
      }
      this.element.style.setProperty("--learnsim-arms", count);
      this.element.classList.toggle("learnsim-strip", count > 2);
      this.element.classList.toggle("learnsim-single", count === 1);
      this.sections.forEach(({ name, section }, a) => {
        name.textContent = names[a];
        section.className = `learnsim-side learnsim-arm-${a} ${learnsim.classOf(record.arms[a])}`;
      });
      this.pictures.forEach((picture, a) => picture.show(record, a));
      this.curves.show(record, this);
      this.timeline.show(record);
      this.follower.show(record);
      this.follower.draw(this.chosen);
      if (learnsim.legendOf) this.legend.replaceChildren(learnsim.legendOf(record, say));
      const changed = this.json.changed?.[this.language] || [];
      this.changed.replaceChildren(make("h2", {}, say(changed.length ? "changed" : "changed.none")),
        make("ul", {}, ...changed.map((line) => make("li", {}, line))));
      this.card?.show(record);
      this.worded = null;
      this.fit();
    }

    setBands(json) {
      [this.bandsJson, this.bands] = [json, json && this.shown(json)];
      this.curves.show(this.record, this);
      this.story?.words();
      this.worded = null;
      this.due();
    }

    shown(json) { // of a record, of bands or of frames only the arms that are shown
      if (!this.openedSides) return json;
      const { difference, difference_curve, ...others } = json; // of two arms
      return { ...others, arms: this.openedSides.map((side) => json.arms[side]) };
    }

    showAgain() { // with other arms shown
      const { json, bandsJson } = this;
      this.setRecord(json);
      if (bandsJson) this.setBands(bandsJson);
    }

    append(frames) {
      this.record.append(this.shown(frames));
      this.clock.arrived(this.record.rows);
    }

    setBusy(busy) { // something is being computed
      this.busy = busy;
      this.due();
    }

    follow(person) {
      this.chosen = person;
      this.follower.draw(person);
      this.due();
    }

    cycle(way = 1) { this.clock.cycle(this.record.cycleLength, way); }

    reset() { // the curves of the run before go too
      this.forgetBefore();
      this.clock.reset();
    }

    forgetBefore() {
      this.previous = null;
      this.curves.show(this.record, this);
      this.due();
    }

    present(on) { // the player alone, in large type, on the whole screen where the browser allows it
      if (on === this.presenting) return;
      this.presenting = on;
      this.element.classList.toggle("learnsim-presenting", on);
      document.documentElement.classList.toggle("learnsim-presented", on);
      this.namePresenter();
      for (let inner = this.element; inner && inner !== document.body; inner = inner.parentElement) {
        for (const other of inner.parentElement?.children || []) if (other !== inner) other.toggleAttribute("inert", on);
      }
      if (on) this.element.requestFullscreen?.().catch(() => {}); // or else it fills the window
      else if (document.fullscreenElement) document.exitFullscreen();
      this.on.present?.(on);
      this.fit();
    }

    namePresenter() { // the button begins it, and is the way out
      const { presenter, presenting, say } = this;
      presenter.title = say(presenting ? "key.present.end" : "key.present");
      presenter.querySelector("span").textContent = say(presenting ? "present.end" : "present");
    }

    due() { // drawn once with the next frame, however much changed
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
    }

    draw() {
      const { clock, record, say } = this;
      if (!record) return;
      const at = clock.position, { row } = at, text = learnsim.clockText(record, row, say);
      this.clockLine.textContent = text;
      this.caption.textContent = at.phase ? say(`phase.${at.phase}`) : this.timeline.happens(row);
      this.watch.style.visibility = clock.hidesPhases ? "" : "hidden"; // it keeps its place
      this.controls.draw();
      this.timeline.draw(at, text);
      this.pictures.forEach((picture, a) => {
        const own = clock.positionOf(record.arms[a]);
        this.sections[a].phase.textContent = own.phase && own.phase !== at.phase ? say(`phase.${own.phase}`) : "";
        picture.draw(own, this);
      });
      this.curves.draw(row);
      this.card?.draw(row, this.chosen);
      if (this.worded !== row) {
        const sentences = learnsim.sentences(record, row, say, this.bands, this.options.replicates);
        this.words.replaceChildren(...sentences.map((sentence) => learnsim.make("p", {}, sentence)));
        this.worded = row;
      }
      const spoken = this.words.firstElementChild?.textContent || text, waits = this.busy || clock.waiting;
      if (!clock.playing && this.status.textContent !== spoken) this.status.textContent = spoken;
      this.element.classList.toggle("learnsim-waiting", waits);
      if (this.working.textContent !== (waits ? say("busy") : "")) this.working.textContent = waits ? say("busy") : "";
      this.story?.draw(row);
      this.takeAway.drawFilm();
    }

    destroy() {
      this.present(false);
      this.ends.abort();
      this.watcher.disconnect();
      this.clock.destroy();
      for (const part of [...this.pictures, this.curves, this.card, this.story, this.takeAway]) part?.destroy?.();
      cancelAnimationFrame(this.frame);
      this.root.replaceChildren();
    }
  };
})(window.learnsim = window.learnsim || {});

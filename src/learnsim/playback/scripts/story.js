(function (learnsim) {
  "use strict";
  // Story: scenes in which the viewer guesses first, and questions that open with one click. A scene is an address and
  // texts (scenes.json); every number in a text comes from the record that is shown, or from its repetitions.

  const HARDLY = 1; // a smaller difference, in points of 100, counts as hardly any

  learnsim.Story = class {
    constructor(player, scenes) {
      [this.player, this.say] = [player, player.say];
      this.scenes = scenes.filter((scene) => !scene.card);
      this.cards = scenes.filter((scene) => scene.card);
      this.host = learnsim.make("section", { class: "learnsim-story",
        onkeydown: (event) => { if (event.key === "Escape" && this.scene) this.leave(); } });
      this.speak();
      if (!player.on.scene) { // a file: without Python it keeps its history by itself
        this.popped = () => this.goTo(sceneOf(location.hash));
        window.addEventListener("popstate", this.popped);
      }
    }

    begin(id) { this.goTo(this.player.on.scene ? id : sceneOf(location.hash)); } // with the scene of the address

    speak() { // in the language that is chosen now; the scene stays where it is, with its guess
      const { guess } = this;
      this.host.setAttribute("aria-label", this.say("story.name"));
      if (!this.scene) {
        this.close();
        return;
      }
      this.build();
      if (guess) {
        this.ask();
        this.guess.resume(guess);
        guess.destroy();
      }
      this.update();
    }

    close() { // the bar that is there when no scene is shown
      const { make } = learnsim, say = this.say;
      this.forget();
      const questions = this.cards.map((card) =>
        make("button", { type: "button", onclick: () => this.open(card) }, say(`${card.key}.title`)));
      const list = make("div", { class: "learnsim-questions", id: "learnsim-questions", hidden: true }, ...questions);
      const more = make("button", { type: "button", "aria-expanded": "false", "aria-controls": list.id, onclick: () => {
        list.hidden = !list.hidden;
        more.setAttribute("aria-expanded", String(!list.hidden));
      } }, say("story.questions"));
      const start = () => this.open(this.scenes[0]);
      this.opener = make("button", { type: "button", class: "primary", onclick: start }, say("story.start"));
      this.host.replaceChildren(make("div", { class: "learnsim-story-bar" }, this.opener, more), list);
    }

    forget() {
      if (this.guess) this.guess.destroy();
      [this.scene, this.guess, this.stage] = [null, null, "closed"];
      this.player.sides = null;
      this.player.root.classList.remove("learnsim-guessing");
    }

    leave() {
      this.goTo("");
      this.note("");
    }

    open(scene) { // as the viewer wants; it is another entry of the browser's history
      this.goTo(scene.id);
      this.note(scene.id);
    }

    note(id) {
      if (this.player.on.scene) this.player.on.scene(id);
      else history.pushState(null, "", `#${id && `scene=${id}`}`);
    }

    goTo(id = "") {
      const scene = [...this.scenes, ...this.cards].find((other) => other.id === id);
      if (scene === (this.scene || undefined)) return;
      if (scene) {
        this.show(scene);
        return;
      }
      const only = this.player.sides;
      this.close();
      if (only) this.player.showAgain();
      this.player.isOther = true; // what comes next is no change of what the scene has shown
      this.player.forgetBefore();
      this.opener.focus();
    }

    show(scene) {
      this.forget();
      [this.scene, this.stage] = [scene, "waiting"];
      this.player.sides = scene.sides;
      this.player.clock.pause();
      this.build();
      const there = [...this.scenes, ...this.cards].find((other) => other.record && other.address === scene.address);
      if (this.player.address === scene.address) this.player.showAgain(); // it is there already
      else if (there) {
        this.player.setRecord(there.record);
        if (there.bands) this.player.setBands(there.bands);
      }
      this.heading.focus();
    }

    build() {
      const { make } = learnsim, say = this.say, scene = this.scene, number = this.scenes.indexOf(scene);
      const button = (key, onclick) => make("button", { type: "button", onclick }, say(key));
      this.heading = make("h2", { tabindex: "-1" });
      this.question = make("p", { class: "learnsim-question" });
      this.task = make("p", { class: "learnsim-key" }, say("story.waiting"));
      this.place = make("div", { class: "learnsim-guess-place" }, this.task);
      this.result = make("div", { class: "learnsim-result", role: "status" });
      this.primary = button("story.play", () => this.pressed());
      this.primary.classList.add("primary");
      this.again = button(scene.guess ? "story.again" : "story.replay", () => this.restart());
      this.next = button("story.next", () => this.open(this.scenes[number + 1]));
      const back = number > 0 ? [button("story.back", () => this.open(this.scenes[number - 1]))] : [];
      const leave = button(scene.card ? "story.close" : "story.leave", () => this.leave());
      const next = number >= 0 && number + 1 < this.scenes.length;
      const either = (...buttons) => make("span", { class: "learnsim-either" }, ...buttons); // never both at once
      const bars = scene.play === false ? [[...back, leave]] : next
        ? [[this.primary], [...back, either(this.next, this.again), leave]] : [[either(this.primary, this.again), leave]];
      const buttons = bars.map((inside) => make("div", { class: "learnsim-story-bar" }, ...inside));
      const progress = number < 0 ? [] : [make("p", { class: "learnsim-key" },
        say("story.progress", { scene: number + 1, scenes: this.scenes.length }))];
      const settings = scene.play === false ? " learnsim-with-settings" : ""; // the others are not about settings
      const parts = [...progress, this.heading, this.question, ...buttons, this.place, this.result];
      this.host.replaceChildren(make("div", { class: `learnsim-scene${settings}` }, ...parts));
      this.update();
    }

    arrived(address) { // another record is shown: that of the scene, or one that the viewer has asked for otherwise
      const waited = this.stage === "waiting", own = address === this.scene?.address;
      this.player.address = address ?? (waited ? this.scene.address : null);
      // of a scene that was left meanwhile; or this scene's once more
      if (waited ? !own && address !== undefined : own && this.scene) return;
      if (waited) this.restart();
      else if (this.scene) this.close();
    }

    restart() { // before the first session, with a new guess
      const { player, scene } = this, focused = document.activeElement === this.again;
      if (this.guess) this.guess.destroy();
      this.guess = null;
      player.clock.pause();
      player.clock.seek(0);
      if (scene.guess) this.ask();
      this.stage = scene.play === false ? "result" : "guess";
      this.update();
      if (focused) this.primary.focus();
    }

    ask() { // for a guess
      const { player: { record }, say, scene } = this, { arm, measure, kind, low, high } = scene.guess;
      const drawn = record.arms[arm];
      const common = { say, look: drawn.look, onguess: () => this.update() };
      this.guess = kind === "curve"
        ? new learnsim.CurveGuess({ ...common, sessions: record.sessions, start: 100 * drawn.at(measure, 0) })
        : new learnsim.NumberGuess({ ...common, low, high, label: say(`${scene.key}.guess`),
          worded: (value) => this.worded(value) });
      this.place.prepend(this.guess.host);
      this.guess.draw();
    }

    worded(value, digits = 0) { // a guess of a number, or what it was
      const points = learnsim.decimal(Math.abs(value), digits, this.say), asked = this.scene.guess;
      if (asked.kind === "curve" || asked.measure === "loss") return this.say("story.points", { points });
      const none = Number(Math.abs(value).toFixed(digits)) === 0;
      return none ? this.say("story.equal") : this.say(value > 0 ? "story.higher" : "story.lower", { points });
    }

    pressed() {
      const { clock } = this.player;
      if (this.stage === "guess") {
        this.start();
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) clock.seek(clock.last);
        else clock.play();
      } else if (this.stage === "playing") {
        clock.pause();
        clock.seek(clock.last);
      } else if (this.stage === "result") this.open(this.scenes[this.scenes.indexOf(this.scene) + 1]);
    }

    start() {
      this.stage = "playing";
      if (this.guess) this.guess.lock();
      this.update();
    }

    draw(row) { // with every picture
      if (!["guess", "playing", "result"].includes(this.stage) || this.scene.play === false) return;
      if (this.stage === "guess" && row > 0) this.start();
      if (this.stage === "playing" && row >= this.player.record.sessions) this.stage = "result";
      else if (this.stage !== "playing") return;
      const asked = this.scene.guess;
      if (this.guess) {
        if (asked.kind !== "curve" && this.stage === "result") this.guess.actual = this.actual();
        const curve = asked.kind === "curve" ? this.curve() : [];
        this.guess.happened(curve, asked.kind === "curve" || this.stage === "result" ? row : 0);
      }
      if (this.stage === "result") {
        this.update();
        this.result.scrollIntoView({ block: "nearest" }); // in a low window, and on a phone, it would not be seen
      }
    }

    curve() {
      const { record } = this.player, asked = this.scene.guess;
      if (this.curveOf !== record || this.curveFor !== this.scene || this.points.length !== record.rows) {
        [this.curveOf, this.curveFor] = [record, this.scene];
        this.points = record.arms[asked.arm].curve(asked.measure).map((value) => 100 * value);
      }
      return this.points;
    }

    update() {
      if (!this.scene) return;
      const { say, scene, stage } = this, last = scene.card || scene === this.scenes.at(-1);
      const guesses = stage === "waiting" || (stage === "guess" && Boolean(scene.guess));
      const text = scene.play === false && !this.player.on.scene ? "alone" : "question";
      const values = stage === "waiting" ? null : this.values();
      // curves and sentences must not show the end before it is played
      this.player.root.classList.toggle("learnsim-guessing", stage !== "result");
      this.heading.textContent = values ? say(`${scene.key}.title`, values) : say("story.waiting_title");
      this.question.textContent = values ? say(`${scene.key}.${text}`, values) : "";
      this.task.hidden = !guesses;
      if (values && guesses) this.task.textContent = say(scene.guess.kind === "curve" ? "story.draw" : "story.set");
      const guessed = stage === "guess" && this.guess && this.guess.touched;
      const focused = document.activeElement === this.primary;
      reveal(this.primary, stage !== "waiting" && (stage !== "result" || !last));
      const key = { playing: "story.to_end", result: "story.next" }[stage] || (guessed ? "story.guess_play" : "story.play");
      this.primary.textContent = say(key);
      const again = stage === "result" && scene.play !== false;
      reveal(this.again, again);
      reveal(this.next, !again); // the first button says the same then
      if (focused && again && last) this.again.focus();
      if (stage !== "result" || scene.play === false) this.result.replaceChildren();
      else this.result.replaceChildren(...this.answer(values).map((text) => learnsim.make("p", {}, text)));
      this.result.classList.toggle("learnsim-guessed", Boolean(this.guess && this.guess.touched)); // its first sentence
    }

    destroy() {
      this.guess?.destroy();
      if (this.popped) window.removeEventListener("popstate", this.popped);
    }

    words() { if (this.stage === "result") this.update(); } // the repetitions have come, or gone

    answer(values) {
      const { say, scene, guess } = this, { bands } = this.player, sentences = [];
      if (guess && guess.touched) {
        const actual = this.actual(), digits = scene.guess.kind !== "curve" && Math.abs(actual) < 10 ? 1 : 0;
        sentences.push(say("story.guessed", { guess: this.worded(guess.value), actual: this.worded(actual, digits) }));
      }
      const verdict = scene.answer === "level" ? "answer" : learnsim.verdict(this.difference(scene.answer));
      sentences.push(say(`${scene.key}.${verdict}`, values));
      if (scene.answer === "mean_mastery" && values.half_width) {
        const usual = learnsim.verdict(100 * bands.difference.mean) === verdict;
        sentences.push(say(usual ? "story.repetitions" : "story.repetitions_differ", values));
      }
      if (scene.note) sentences.push(say(`${scene.key}.note`, values));
      return sentences;
    }

    actual() { // of what was guessed, in the run that is shown
      const asked = this.scene.guess;
      if (asked.kind === "curve") return this.end(asked.arm, asked.measure);
      return asked.measure === "loss" ? this.loss(asked.arm) : this.difference("mean_mastery");
    }

    end(arm, measure) { // points at the end, in the run that is shown
      const { record } = this.player, value = record.arms[arm].at(measure, record.sessions);
      return value === null || value === undefined ? NaN : 100 * value;
    }

    touched(arm) { // percent of people who have ever had a tenth of an item wrong
      const { record } = this.player, least = 1000 / record.items, ever = new Set();
      for (let row = 0; row < record.rows; row++) {
        (record.arms[arm].wrong(row) || []).forEach((level, person) => { if (level >= least) ever.add(person); });
      }
      return 100 * ever.size / record.people;
    }

    gap(arm) { return this.end(arm, "outgoing_mean") - this.end(arm, "quiet_mean"); }

    loss(arm) { // less than without the shock, in the same run
      return this.scene.without ? 100 * this.scene.without[arm] - this.end(arm, "mean_mastery") : NaN;
    }

    difference(measure) { // the first arm less the second, in points
      const of = (arm) => (["gap", "loss", "touched"].includes(measure) ? this[measure](arm) : this.end(arm, measure));
      return of(0) - of(1);
    }

    values() { // of all placeholders of a scene's texts
      const { record, bands } = this.player, { say } = this, whole = (value) => learnsim.decimal(value, 0, say);
      const fine = (value) => learnsim.decimal(value, Math.abs(value) < 10 ? 1 : 0, say), plan = record.arms[0].plan(0);
      const sizes = Array(plan.officers.length + 1).fill(0);
      for (const cell of plan.cell) if (cell >= 0) sizes[cell]++;
      const values = { people: whole(record.people), sessions: whole(record.sessions), cycle: whole(record.cycleLength),
        cells: whole(plan.officers.length), cell_size: whole(Math.max(...sizes)), items: whole(record.items || 0),
        communities: whole(1 + plan.community.reduce((a, b) => Math.max(a, b), 0)) };
      const both = record.arms.length > 1, tenths = (arm) => Math.round(10 * this.end(arm, "mean_mastery")) / 10;
      ["left", "right"].slice(0, record.arms.length).forEach((side, arm) => {
        values[`${side}_start`] = whole(100 * record.arms[arm].at("mean_mastery", 0));
        values[side] = both ? learnsim.decimal(tenths(arm), 1, say) : whole(this.end(arm, "mean_mastery"));
        for (const quarter of ["slow", "fast", "quiet", "outgoing"]) {
          values[`${side}_${quarter}`] = whole(this.end(arm, `${quarter}_mean`));
        }
        values[`${side}_gap`] = fine(Math.abs(this.gap(arm)));
        values[`${side}_loss`] = fine(Math.max(0, this.loss(arm)));
        values[`${side}_touched`] = fine(this.touched(arm));
      });
      if (both) values.difference = learnsim.decimal(Math.abs(tenths(0) - tenths(1)), 1, say); // as the reader subtracts
      if (bands && bands.difference && bands.difference.half_width !== null) {
        const { mean, half_width } = bands.difference;
        values.replicates = whole(bands.replicates);
        values.mean = learnsim.signed(100 * mean, 1, say);
        values.half_width = learnsim.decimal(100 * half_width, 1, say);
      }
      return values;
    }
  };

  const sceneOf = (hash) => new URLSearchParams(hash.slice(1)).get("scene") || "";
  const reveal = (button, isShown) => { button.style.visibility = isShown ? "" : "hidden"; }; // it keeps its place

  learnsim.verdict = (difference) => (Math.abs(difference) < HARDLY ? "hardly" : difference > 0 ? "more" : "less");
})(window.learnsim = window.learnsim || {});

(function (learnsim) {
  "use strict";
  // Controls: the buttons and the speed, the box that finds a person, the choice of a language, and the keys.

  const TYPED = "input:not([type=range]), select, textarea, [contenteditable=true]"; // these keep all of their keys
  const STEERED = "input, [role=application], [role=slider]"; // and these their arrows and Space

  learnsim.Controls = class {
    constructor(host, { say, clock, cycle, reset }) {
      [this.say, this.clock] = [say, clock];
      const { make } = learnsim, button = (name, key, onclick) => make("button",
        { type: "button", title: say(`key.${name}`), "aria-keyshortcuts": key, onclick },
        learnsim.icon(name), make("span", {}, say(name)));
      this.playing = false;
      this.play = button("play", "Space", () => this.toggle());
      this.play.classList.add("primary");
      this.step = button("step", "ArrowRight", () => this.forth());
      this.cycle = button("cycle", "PageDown", cycle);
      this.reset = button("reset", "Home", reset);
      this.shown = make("output", { class: "learnsim-value" });
      const choose = () => clock.setSpeed(learnsim.SPEEDS[this.speed.value]);
      const most = learnsim.SPEEDS.length - 1;
      this.speed = make("input", { type: "range", min: 0, max: most, step: 1, "aria-label": say("speed"), oninput: choose });
      const label = make("span", { "aria-hidden": "true" }, say("speed"));
      host.append(make("div", { class: "learnsim-bar" }, this.play, this.step, this.cycle, this.reset,
        make("span", { class: "learnsim-speed" }, label, this.speed, this.shown)));
    }

    toggle() { return this.clock.playing ? this.clock.pause() : this.clock.play(); }

    forth() {
      if (this.clock.playing) this.clock.pause();
      this.clock.step();
    }

    draw() {
      const { clock, say } = this, words = learnsim.speedText(clock.speed, clock.record.clock, say);
      if (this.playing !== clock.playing) {
        this.playing = clock.playing;
        const name = clock.playing ? "pause" : "play";
        this.play.replaceChildren(learnsim.icon(name), learnsim.make("span", {}, say(name)));
      }
      this.play.disabled = clock.last === 0;
      this.step.disabled = this.cycle.disabled = clock.finished;
      if (this.shown.textContent !== words) {
        this.speed.value = learnsim.SPEEDS.findIndex((speed) => speed >= clock.speed);
        this.speed.setAttribute("aria-valuetext", words);
        this.shown.textContent = words;
      }
    }
  };

  learnsim.speedText = function (speed, period, say) { // a period is a session, or what else the record's clock counts
    if (speed === learnsim.PHASEWISE) return say("speed.phase");
    if (speed < 1) return say(`speed.slow.${period}`, { seconds: Math.round(1 / speed) });
    return say(`speed.fast.${period}`, { count: speed });
  };

  // Who is looked for: by name, by the beginning or a part of a name, or by number, from 1.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f\u2066-\u2069]/g, "").trim().toLowerCase();

  learnsim.personNamed = function (names, people, typed) { // -1 if there is nobody, or more than one
    const text = plain(typed), called = (names || []).map(plain), number = /^(?:.*[(#])?(\d+)\)?$/.exec(text);
    for (const fits of [(name) => name === text, (name) => name.startsWith(text), (name) => name.includes(text)]) {
      const first = called.findIndex(fits);
      if (first >= 0 && (called.findLastIndex(fits) === first)) return first;
    }
    return number && Number(number[1]) <= people ? Number(number[1]) - 1 : -1;
  };

  learnsim.FollowBox = class {
    constructor(host, { say, onchoose }) {
      const { make } = learnsim, id = `learnsim-people-${++learnsim.FollowBox.count}`;
      [this.say, this.onchoose] = [say, onchoose];
      this.list = make("datalist", { id });
      const plainly = { autocomplete: "off", spellcheck: "false" };
      this.input = make("input", { type: "search", list: id, placeholder: say("follow.hint"), ...plainly,
        onchange: () => this.find(), oninput: (event) => this.typed(event) });
      this.wrong = make("span", { class: "learnsim-wrong", role: "alert" });
      const onsubmit = (event) => {
        event.preventDefault();
        this.find();
      };
      host.append(make("form", { class: "learnsim-follow", role: "search", onsubmit },
        make("label", {}, make("span", {}, say("follow")), this.input), this.list, this.wrong));
    }

    show(record) {
      this.record = record;
      this.refuse("");
      const names = record.names || [], seen = new Map();
      names.forEach((name) => seen.set(name, (seen.get(name) || 0) + 1));
      this.list.replaceChildren(...names.map((name, who) =>
        learnsim.make("option", { value: seen.get(name) > 1 ? `${name} (${who + 1})` : name })));
    }

    draw(person) { // who is followed
      const { names } = this.record, there = learnsim.personNamed(names, this.record.people, this.input.value);
      if (person === there) return;
      this.input.value = person < 0 ? "" : names ? this.list.children[person].value : String(person + 1);
    }

    typed(event) { // somebody of the list was chosen, or the box was emptied
      this.refuse("");
      if (event.inputType === "insertReplacementText" || !event.inputType || !this.input.value) this.find();
    }

    find() {
      const text = this.input.value.trim(), { record, say } = this;
      if (!text) return this.onchoose(-1);
      const who = learnsim.personNamed(record.names, record.people, text);
      if (who >= 0) this.onchoose(who);
      const key = record.names ? "follow.nobody" : "follow.number";
      return this.refuse(who >= 0 ? "" : say(key, { text, last: record.people }));
    }

    refuse(text) { // says why nobody was found
      this.wrong.textContent = text;
      this.input.setAttribute("aria-invalid", String(Boolean(text)));
    }
  };
  learnsim.FollowBox.count = 0;

  learnsim.LanguageBox = class {
    constructor(host, { say, texts, language, onlanguage }) {
      const codes = Object.keys(texts);
      if (codes.length < 2) return;
      const all = codes.map((code) =>
        learnsim.make("option", { value: code, lang: code, selected: code === language }, texts[code]["language.name"]));
      const onchange = (event) => onlanguage(event.target.value);
      const label = say("language.choose");
      host.append(learnsim.make("select", { class: "learnsim-language", "aria-label": label, onchange }, ...all));
    }
  };

  learnsim.keys = function (player, event) { // what a key does wherever nothing else needs it
    const { clock, controls } = player, at = event.target;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !at.closest) return;
    if (at !== document.body && !player.element.contains(at)) return;
    if (at.closest(TYPED)) return;
    const deeds = {
      f: () => player.present(!player.presenting), Escape: () => player.present(false), " ": () => controls.toggle(),
      ArrowRight: () => controls.forth(), ArrowLeft: () => { clock.pause(); clock.back(); }, PageDown: () => player.cycle(),
      Home: () => clock.seek(0), End: () => clock.seek(clock.last),
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!deeds[key] || (key === "Escape" && !player.presenting)) return;
    if (key !== "f" && key !== "Escape" && at.closest(STEERED)) return;
    if (key === " " && at.closest("button, summary, a")) return;
    event.preventDefault();
    deeds[key]();
  };
})(window.learnsim = window.learnsim || {});

(function (learnsim) {
  "use strict";
  // Card: the person who is followed: who they are, and what they know, whom they have met and who helped them in each arm.

  const TRAITS = ["sociability", "helpfulness", "learning_speed"]; // in this order, where a model has them
  const MOST_NAMED = 12; // people in a list
  const WIDE = 260, HIGH = 110, LEFT = 30, RIGHT = 8, BELOW = 20, ABOVE = 6; // of the curve

  learnsim.Card = class {
    constructor(host, { say, onclose }) {
      [this.host, this.say] = [host, say];
      this.box = learnsim.make("aside", { class: "learnsim-trainee", "aria-label": say("follow.label") });
      this.title = learnsim.make("h2", {});
      const close = learnsim.make("button", { type: "button", onclick: onclose }, say("follow.close"));
      this.body = learnsim.make("div", { class: "learnsim-card-body" });
      this.box.append(learnsim.make("div", { class: "learnsim-card" }, this.title, close), this.body);
    }

    show(record) { [this.record, this.seen] = [record, ""]; }

    draw(row, person) {
      const seen = `${row} ${person}`;
      if (seen === this.seen) return;
      this.seen = seen;
      this.host.replaceChildren(...(person >= 0 ? [this.box] : []));
      if (person < 0) return;
      const { record, say } = this, make = learnsim.make;
      this.title.textContent = learnsim.nameOf(record, person, say);
      const traits = TRAITS.filter((name) => record.traits[name]).map((name) => this.trait(name, row, person));
      const sides = record.arms.map((arm, a) => this.side(arm, a, row, person));
      const invented = record.invented.map((name) => say(`invented.${name}`)).join(", ");
      if (invented) traits.push(make("li", { class: "learnsim-invented" }, say("follow.invented", { what: invented })));
      this.body.replaceChildren(make("ul", { class: "learnsim-traits" }, ...traits), this.curve(row, person), ...sides);
    }

    trait(name, row, person) { // in points of 100; a speed in points of the fastest
      const { record, say } = this, values = record.traits[name];
      const most = Math.max(1, values.reduce((a, b) => Math.max(a, b), 0));
      return learnsim.make("li", {}, say(`trait.${name}`, { count: learnsim.points(values[person] / most) }));
    }

    side(arm, a, row, person) {
      const { say } = this, make = learnsim.make, t = Math.min(row, arm.rows - 1), plan = arm.plan(t), wrong = arm.wrong(t);
      const office = learnsim.isOfficer(arm, plan, person) ? say("person.officer") : "";
      const facts = [[learnsim.placeText(arm, plan, person, say), office].filter(Boolean).join(", ")];
      if (plan.novices.includes(person)) facts.push(say("follow.novice"));
      if (wrong && wrong[person] >= 50) facts.push(say("person.wrong", { count: learnsim.points(wrong[person] / 10000) }));
      if (arm.absent(t).has(person)) facts.push(say("follow.absent"));
      const { by, to, officer } = learnsim.helpIn(arm, t, person);
      if (officer >= 0) facts.push(say("follow.briefed", { names: this.names([officer]) }));
      if (by.length) facts.push(say("follow.helped", { names: this.names(by) }));
      if (to.length) facts.push(say("follow.helps", { names: this.names(to) }));
      const met = learnsim.metUntil(arm, t, person);
      facts.push(met.length ? say("follow.met", { count: met.length, names: this.names(met) }) : say("follow.met_nobody"));
      return make("section", { class: `learnsim-card-side learnsim-arm-${a} ${learnsim.classOf(arm)}` },
        make("h3", { class: "learnsim-name" }, arm.label || arm.name),
        make("p", { class: "learnsim-card-points" }, learnsim.pointsText(arm.levels(t)[person], say)),
        ...facts.filter(Boolean).map((fact) => make("p", {}, fact)));
    }

    names(people) {
      const { record, say } = this;
      const names = people.slice(0, MOST_NAMED).map((person) => learnsim.nameOf(record, person, say));
      if (people.length > MOST_NAMED) names.push(say("follow.more", { count: people.length - MOST_NAMED }));
      return names.join(", ");
    }

    curve(row, person) { // of the level in all arms, with a line at the session that is shown
      const { record, say } = this, drawn = learnsim.shape, last = Math.max(1, record.sessions);
      const x = (t) => (LEFT + t / last * (WIDE - LEFT - RIGHT)).toFixed(1);
      const y = (level) => (ABOVE + (1 - level / 10000) * (HIGH - BELOW - ABOVE)).toFixed(1);
      const label = (text, at, down, anchor) => drawn("text", { x: at, y: down, "text-anchor": anchor }, text);
      const grid = [0, 50, 100].flatMap((points) => [
        drawn("line", { class: "grid", x1: LEFT, x2: WIDE - RIGHT, y1: y(100 * points), y2: y(100 * points) }),
        label(points, LEFT - 5, Number(y(100 * points)) + 4, "end"),
      ]);
      const looks = (arm) => `learnsim-card-line ${learnsim.classOf(arm)}`;
      const lines = record.arms.map((arm) => {
        const there = Array.from({ length: Math.min(row + 1, arm.rows) }, (_, t) => `${x(t)},${y(arm.levels(t)[person])}`);
        const dashes = learnsim.DASHES[arm.look];
        return drawn("polyline", { class: looks(arm), "stroke-dasharray": dashes, points: there.join(" ") });
      });
      const dots = record.arms.map((arm) => drawn("circle", {
        class: looks(arm), r: 3, cx: x(row),
        cy: y(arm.levels(Math.min(row, arm.rows - 1))[person]),
      }));
      const now = drawn("line", { class: "learnsim-now", x1: x(row), x2: x(row), y1: ABOVE, y2: HIGH - BELOW });
      const text = say("follow.curve", { name: learnsim.nameOf(record, person, say) });
      const ends = [label(0, LEFT, HIGH - 4, "middle"), label(record.sessions, WIDE - RIGHT, HIGH - 4, "end")];
      const curve = { class: "learnsim-chart learnsim-card-curve", viewBox: `0 0 ${WIDE} ${HIGH}` };
      return drawn("svg", { ...curve, role: "img", "aria-label": text }, ...grid, now, ...lines, ...dots, ...ends);
    }
  };
})(window.learnsim = window.learnsim || {});

(function (learnsim) {
  "use strict";
  // Legend: what the colours, sizes and signs of the pictures mean; only those that there are.

  const SIGNS = { // in a square of 24
    officer: [["circle", { cx: 12, cy: 12, r: 8, fill: "none", "stroke-width": 4 }, "officer"]],
    wrong: [["circle", { cx: 12, cy: 12, r: 10, fill: "none", "stroke-width": 2 }, "rim"],
      ["path", { d: "M12 12V2a10 10 0 0 1 10 10z" }, "misled"]],
    help: [["path", { d: "M2 15Q12 5 20 12", fill: "none", "stroke-width": 2.5 }, "help"],
      ["path", { d: "M23 15l-9 -1 6 -7z" }, "help"]],
    council: [["path", { d: "M2 12L23 4v16z", opacity: 0.5 }, "officer"]],
    absent: [["circle", { cx: 12, cy: 12, r: 9, fill: "none", "stroke-width": 2, "stroke-dasharray": "4 4" }, "rim"]],
    light: [["circle", { cx: 12, cy: 12, r: 11 }, "light"], ["circle", { cx: 12, cy: 12, r: 6 }, "rim"]],
  };

  // a sign as an element of 24 by 24; ink(name) is a colour
  learnsim.signOf = (name, ink) => learnsim.shape("g", {}, ...SIGNS[name].map(([tag, attributes, colour]) => {
    const style = `${attributes.fill === "none" ? "stroke" : "fill"}: ${ink(colour)}`;
    return learnsim.shape(tag, { ...attributes, style });
  }));

  // [{text, sign, most}]: a sign's name, or what the scale of colours ends with; still: no phase is ever shown
  learnsim.legendEntries = function (record, say, still = false) {
    const { arms } = record, many = arms.map((arm) => learnsim.layoutOf(arm.plan(0), record.people).dots === "cells");
    const stages = arms.flatMap((arm) => [arm, ...arm.plans.map((plan) => plan.stage).filter(Boolean)]);
    const has = (phase) => stages.some((stage) => stage.phases.some(([name]) => name === phase));
    return [
      { text: `${say(record.level.label_key)} 0`, most: say("legend.most") },
      many.includes(true) && { text: say("legend.cells") },
      many.includes(false) && record.traits.learning_speed && { text: say("legend.size") },
      arms.some((arm, a) => arm.showsOfficers && !many[a]) && { sign: "officer", text: say("person.officer") },
      !still && has("lecture") && { sign: "light", text: say("legend.lecture") },
      !still && has("council") && { sign: "council", text: say(has("briefing") ? "legend.briefing" : "legend.council") },
      has("exchange") && { sign: "help", text: say("legend.help") },
      arms.some((arm) => arm.wrong(arm.rows - 1)) && { sign: "wrong", text: say("legend.wrong") },
      arms.some((arm, a) => arm.mayMiss && !many[a]) && { sign: "absent", text: say("legend.absent") },
      arms.some((arm) => arm.ties) && { text: say("legend.ties") },
    ].filter(Boolean);
  };

  learnsim.legendOf = function (record, say, still = false) { // as a paragraph
    const { make, shape } = learnsim, looks = { viewBox: "0 0 24 24", width: 14, height: 14, class: "learnsim-sign" };
    const drawn = (name) => shape("svg", { ...looks, "aria-hidden": "true" },
      learnsim.signOf(name, (colour) => `var(--learnsim-${colour})`));
    const scale = () => make("span", { class: "learnsim-scale", role: "presentation" });
    return make("p", { class: "learnsim-key" }, ...learnsim.legendEntries(record, say, still).map(({ text, sign, most }) =>
      make("span", { class: "learnsim-entry" }, ...(sign ? [drawn(sign)] : []), text, ...(most ? [scale(), most] : []))));
  };
})(window.learnsim = window.learnsim || {});

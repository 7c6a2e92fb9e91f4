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

  function sign(name) {
    const parts = SIGNS[name].map(([tag, attributes, colour]) => {
      const ink = `var(--learnsim-${colour})`;
      return learnsim.shape(tag, { ...attributes, style: attributes.fill === "none" ? `stroke: ${ink}` : `fill: ${ink}` });
    });
    const looks = { viewBox: "0 0 24 24", width: 14, height: 14, class: "learnsim-sign" };
    return learnsim.shape("svg", { ...looks, "aria-hidden": "true" }, ...parts);
  }

  learnsim.legendOf = function (record, say, { still = false } = {}) { // still: no phase is ever shown
    const { make } = learnsim, { arms } = record;
    const many = arms.map((arm) => learnsim.layoutOf(arm.plan(0), record.people).dots === "cells");
    const stages = arms.flatMap((arm) => [arm, ...arm.plans.map((plan) => plan.stage).filter(Boolean)]);
    const has = (phase) => stages.some((stage) => stage.phases.some(([name]) => name === phase));
    const entry = (...parts) => make("span", { class: "learnsim-entry" }, ...parts);
    const scale = make("span", { class: "learnsim-scale", role: "presentation" });
    const entries = [entry(`${say(record.level.label_key)} 0 `, scale, ` ${say("legend.most")}`)];
    if (many.includes(true)) entries.push(entry(say("legend.cells")));
    if (many.includes(false) && record.traits.learning_speed) entries.push(entry(say("legend.size")));
    const ringed = arms.some((arm, a) => arm.showsOfficers && !many[a]);
    if (ringed) entries.push(entry(sign("officer"), say("person.officer")));
    if (!still && has("lecture")) entries.push(entry(sign("light"), say("legend.lecture")));
    if (!still && has("council")) entries.push(entry(sign("council"), say("legend.council")));
    if (has("exchange")) entries.push(entry(sign("help"), say("legend.help")));
    if (arms.some((arm) => arm.wrong(arm.rows - 1))) entries.push(entry(sign("wrong"), say("legend.wrong")));
    if (arms.some((arm, a) => arm.mayMiss && !many[a])) entries.push(entry(sign("absent"), say("legend.absent")));
    if (arms.some((arm) => arm.ties)) entries.push(entry(say("legend.ties")));
    return make("p", { class: "learnsim-key" }, ...entries);
  };
})(window.learnsim = window.learnsim || {});

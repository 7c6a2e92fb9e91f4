(function (learnsim) {
  "use strict";
  // Time line: a slider over all sessions, to be dragged back and forth, with a mark where cells are shuffled or a shock
  // strikes. A mark is a shape of its own for each kind; its words stand in a tip, and where the playing has reached it.

  const SHAPES = { shuffle: "M-3 -4L3 4M-3 4L3 -4", shock: "M1 -5L-3 1H0L-1 5L3 -1H0Z" }; // others are a diamond
  const MOST = 12; // marks that are read out
  const DIAMOND = "M0 -4L4 0L0 4L-4 0Z";

  learnsim.marksOf = function (record, say) { // by row, in words; what happens in several arms is said of each
    const rows = new Map();
    record.arms.forEach((arm) => {
      for (const { row, kind, text, values } of arm.marks) {
        const happens = say(text, values), several = record.arms.length > 1;
        if (!rows.has(row)) rows.set(row, []);
        rows.get(row).push({ kind, words: several ? say("mark.of", { arm: arm.label, happens }) : happens });
      }
    });
    return rows;
  };

  learnsim.Timeline = class {
    constructor(host, { say, onseek, oncycle }) {
      const { make } = learnsim;
      this.say = say;
      this.range = make("input", { type: "range", min: 0, step: 1, class: "learnsim-range", "aria-label": say("timeline"),
        oninput: () => onseek(Number(this.range.value)),
        onkeydown: (event) => {
          if (event.key !== "PageDown" && event.key !== "PageUp") return;
          event.preventDefault(); // a slider's own Page Down goes back
          oncycle(event.key === "PageDown" ? 1 : -1);
        } });
      this.marks = make("div", { class: "learnsim-marks", "aria-hidden": "true",
        onclick: (event) => event.target.dataset.row && onseek(Number(event.target.dataset.row)) });
      this.listed = make("p", { class: "learnsim-unseen", id: `learnsim-marks-${++learnsim.Timeline.count}` });
      this.range.setAttribute("aria-describedby", this.listed.id);
      host.append(make("div", { class: "learnsim-timeline" }, this.marks, this.range, this.listed));
    }

    show(record) {
      this.record = record;
      this.range.max = record.sessions;
      this.mark();
    }

    mark() { // all marks that are known so far
      const { record, say } = this, known = record.arms.reduce((sum, arm) => sum + arm.marks.length, 0);
      this.known = known;
      this.words = learnsim.marksOf(record, say);
      const rows = [...this.words].sort(([a], [b]) => a - b);
      this.marks.replaceChildren(...rows.map(([row, there]) => {
        const kind = there.some((one) => one.kind === "shock") ? "shock" : there[0].kind;
        const drawn = learnsim.shape("path", { d: SHAPES[kind] || DIAMOND });
        const mark = learnsim.make("span", { class: `learnsim-mark learnsim-mark-${kind}`, "data-row": row,
          title: say(`mark.at.${record.clock}`, { row, happens: this.happens(row) }) },
          learnsim.shape("svg", { viewBox: "-6 -6 12 12" }, drawn));
        mark.style.setProperty("--learnsim-at", row / Math.max(1, record.sessions));
        return mark;
      }));
      const few = rows.filter(([, there]) => there.some((one) => one.kind !== "shuffle"));
      const shuffles = rows.filter(([, there]) => there.some((one) => one.kind === "shuffle")).map(([row]) => row);
      const named = shuffles.slice(0, MOST).join(", ");
      this.listed.textContent = [
        ...(shuffles.length ? [say(`mark.shuffles.${record.clock}`, { count: shuffles.length, rows: named })] : []),
        ...few.slice(0, MOST).map(([row]) => say(`mark.at.${record.clock}`, { row, happens: this.happens(row) })),
      ].join(". ");
    }

    draw(position, clockText) {
      const { row, share } = position, { range, record } = this;
      if (this.known !== record.arms.reduce((sum, arm) => sum + arm.marks.length, 0)) this.mark();
      if (Number(range.value) !== row) range.value = row;
      range.setAttribute("aria-valuetext", clockText);
      range.style.setProperty("--learnsim-done", (row + share) / Math.max(1, record.sessions));
      range.style.setProperty("--learnsim-there", (record.rows - 1) / Math.max(1, record.sessions));
    }

    happens(row) { return (this.words.get(row) || []).map((one) => one.words).join("; "); }
  };
  learnsim.Timeline.count = 0;
})(window.learnsim = window.learnsim || {});

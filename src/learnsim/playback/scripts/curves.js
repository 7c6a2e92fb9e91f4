(function (learnsim) {
  "use strict";
  // Curves: the measures of a record as charts, in the groups that its model names, with what many repetitions do and with the
  // run before the last change; the difference of the first two arms; and how many people are at each level now.

  const BINS = 20, ACROSS = Array.from({ length: 2 * BINS }, (_, k) => (100 / BINS) * Math.ceil(k / 2)); // the step line's places
  const NO_ARM = 4; // instead of the number of an arm: of no arm
  const UNDRAWN = "more"; // the group of the measures that have no curve
  const numbers = (values) => values.filter((value) => typeof value === "number");
  const times = (values, factor) => (values || []).map((value) => (typeof value === "number" ? factor * value : null));
  const less = (values, others) => values.map((value, t) => (typeof value === "number" && typeof others[t] === "number" ? value - others[t] : null));
  const isNumber = (value) => typeof value === "number";
  const isPercentile = ({ key }) => /^p\d+$/.test(key); // of people: a band, not a curve

  learnsim.Curves = class {
    constructor(host, { say, onpoint }) {
      [this.host, this.say, this.onpoint] = [host, say, onpoint];
      this.first = learnsim.make("div", { class: "learnsim-first-charts" });
      this.more = learnsim.make("div", { class: "learnsim-more-charts" });
      host.replaceChildren(this.first, this.more);
      this.charts = [];
      this.watcher = new ResizeObserver(() => this.charts.forEach((chart) => chart.resize()));
    }

    show(record, { previous = null, bands = null } = {}) {
      const changed = record !== this.record;
      [this.record, this.bands, this.rows] = [record, bands, record.rows];
      this.previous = previous && previous.sessions === record.sessions && previous.clock === record.clock ? previous : null;
      const specs = this.specs();
      if (specs.length !== this.charts.length) this.place(specs.length);
      this.charts.forEach((chart, k) => {
        chart.box.classList.toggle("learnsim-fresh", Boolean(bands) && !changed); // bands that come later fade in
        if (chart.row >= record.rows) chart.row = record.rows - 1;
        chart.show(specs[k]);
      });
    }

    place(count) {
      this.watcher.disconnect();
      this.first.replaceChildren();
      this.more.replaceChildren();
      this.charts = Array.from({ length: count }, (_, k) => new learnsim.Chart(k ? this.more : this.first, {
        onmove: (row, chart) => this.point(row, chart), onseek: (row, chart) => this.seek(row, chart),
      }));
      for (const { box } of this.charts) this.watcher.observe(box);
    }

    draw(row) {
      if (this.rows !== this.record.rows) this.show(this.record, this); // more rows have come
      for (const chart of this.charts) chart.draw(row);
    }

    point(row, chart) { // all charts over sessions in step
      for (const other of chart.spec.steps ? [chart] : this.charts.filter(({ spec }) => !spec.steps)) other.point(row, other === chart);
    }

    seek(row, chart) { if (!chart.spec.steps) this.onpoint?.(Math.min(row, this.record.rows - 1), { seek: true }); }

    destroy() { this.watcher.disconnect(); }

    specs() {
      const { record } = this, groups = [...new Set(record.measures.map((measure) => measure.group))].filter((group) => group !== UNDRAWN);
      const [main, ...others] = groups.map((group) => this.groupSpec(group));
      return [main, ...(record.arms.length > 1 ? [this.differenceSpec()] : []), this.distributionSpec(), ...others];
    }

    // a group's curves: one for each arm and measure
    groupSpec(group) {
      const { record, say, bands, previous } = this, measures = record.measures.filter((measure) => measure.group === group);
      const drawn = measures.filter((measure) => !isPercentile(measure)), people = measures.filter(isPercentile).map(({ key }) => key);
      const inPoints = drawn.every(({ most }) => most === 1), factor = inPoints ? 100 : 1, name = learnsim.labelOf;
      const called = say(drawn.length > 1 ? `curves.${group}` : `measure.${drawn[0].key}`);
      const of = (arms, then) => arms.flatMap((arm, a) => drawn.map(({ key }, k) => ({ arm: a, second: k > 0, key, values: times(arm.curve(key), factor), ...then(arm, key, a) })));
      const lines = of(record.arms, (arm, key) => ({ name: drawn.length > 1 ? say("curves.line", { arm: name(arm), measure: say(`measure.${key}`) }) : name(arm) }));
      const before = previous ? of(previous.arms, () => ({})).filter(({ values }) => values.length === record.sessions + 1) : [];
      const around = people.length > 1 ? record.arms.map((arm, a) => ({ arm: a, of: "people", low: times(arm.curve(people[0]), factor), high: times(arm.curve(people.at(-1)), factor) })) : [];
      const repeated = bands ? lines.flatMap(({ arm, key }) => {
        const band = bands.arms[arm]?.[key];
        return band ? [{ arm, key, of: "repetitions", low: times(band.low, factor), high: times(band.high, factor) }] : [];
      }) : [];
      const spec = this.spec(learnsim.titled(inPoints ? say("curves.in_points", { title: called }) : called), { lines, before, bands: [...around, ...repeated] });
      spec.notes = this.notes(group === "main" ? spec : { ...spec, bands: [] });
      if (drawn.length > 1) { // a legend has the arms and the measures, not each with each
        spec.legend = [...record.arms.map((arm, a) => ({ line: { arm: a, second: false }, text: name(arm) })),
          ...drawn.map(({ key }, k) => ({ line: { arm: NO_ARM, second: k > 0 }, text: say(`measure.${key}`) }))];
      }
      const worded = (value) => this.worded(value, inPoints, spec);
      const difference = record.arms.length === 2 && drawn.length === 1 ? lines : null;
      spec.text = (row) => this.text(spec, row, worded);
      spec.at = (row) => [say(`curves.at.${record.clock}`, { row }),
        ...lines.filter(({ values }) => isNumber(values[row])).map(({ arm, name: of, values }) => ({ arm, name: of, value: this.number(values[row], spec) })),
        ...(difference && lines.every(({ values }) => isNumber(values[row])) ? [{ name: say("curves.less"), value: this.apart(lines, row, spec) }] : [])];
      return this.scaled(spec, inPoints, group === "main");
    }

    // the first arm less the second, with a band and a line at zero
    differenceSpec() {
      const { record, say, bands, previous } = this, key = learnsim.mainOf(record), title = (arms) => say("curves.difference", { first: learnsim.labelOf(arms[0]), second: learnsim.labelOf(arms[1]) });
      const values = (arms) => times(less(arms[0].curve(key), arms[1].curve(key)), 100), band = bands?.difference_curve;
      const before = previous && previous.arms.length > 1 && previous.arms[0].curve(key) ? [{ arm: NO_ARM, values: values(previous.arms) }].filter((line) => line.values.length === record.sessions + 1) : [];
      const lines = [{ arm: NO_ARM, name: "", values: values(record.arms) }];
      const spec = this.spec(say("curves.in_points", { title: title(record.arms) }), {
        lines, before, bands: band ? [{ arm: NO_ARM, of: "repetitions", low: times(band.low, 100), high: times(band.high, 100) }] : [],
      });
      spec.notes = this.notes(spec).filter(({ sign }) => sign === "repetitions");
      spec.arms = [NO_ARM];
      spec.text = (row) => this.text({ ...spec, lines: [{ ...lines[0], name: say("curves.less") }] }, row, (value) => say("points.of", { points: this.number(value, { digits: 1 }) }));
      spec.at = (row) => [say(`curves.at.${record.clock}`, { row }), ...lines.filter((line) => isNumber(line.values[row])).map((line) => ({ name: title(record.arms), value: this.number(line.values[row], { digits: 1, sign: true }) }))];
      return this.scaled(spec, true, false);
    }

    // what all charts over sessions have
    spec(title, parts) {
      const { record, say } = this, clock = say(`clock_name.${record.clock}`);
      return { title, ...parts, across: say(`curves.across.${record.clock}`), last: record.sessions, stride: 1,
        arms: record.arms.map((_, a) => a), pointed: say("curves.pointer", { title, clock }) };
    }

    scaled(spec, inPoints, whole) { // from 0, to 100 where there is much of it
      const all = [spec.lines, spec.before].flat().flatMap(({ values }) => numbers(values)), ends = (spec.bands || []).flatMap(({ low, high }) => numbers([...low, ...high]));
      let low = 0, high = 0;
      for (const value of [...all, ...ends]) [low, high] = [Math.min(low, value), Math.max(high, value)];
      if (inPoints && (whole || (high > 60 && low >= 0))) high = 100;
      spec.ticks = learnsim.ticksOf(low, high - low > 1e-9 ? high : low + 1);
      spec.digits = (inPoints && spec.ticks.at(-1) - spec.ticks[0] > 15) || all.every(Number.isInteger) ? 0 : 1;
      const digits = Math.max(...spec.ticks.map((tick) => (String(tick).split(".")[1] || "").length));
      spec.labels = spec.ticks.map((tick) => learnsim.decimal(tick, digits, this.say));
      return spec;
    }

    number(value, { digits, sign = false }) {
      const there = Number(value.toFixed(digits)) || 0; // never a negative 0
      return (sign ? learnsim.signed : learnsim.decimal)(there, digits, this.say);
    }

    apart([first, second], row, spec) { // of the numbers that are shown
      const rounded = ({ values }) => Number(values[row].toFixed(spec.digits));
      return this.number(rounded(first) - rounded(second), { ...spec, sign: true });
    }

    worded(value, inPoints, spec) {
      const text = this.number(value, spec);
      return inPoints ? this.say("points.of", { points: text }) : text;
    }

    notes(spec) { // what the bands and the grey curves are
      const { say, bands } = this, has = (kind) => spec.bands.some((band) => band.of === kind), notes = [];
      if (has("people")) notes.push({ sign: "people", text: say("curves.people") });
      if (has("repetitions")) notes.push({ sign: "repetitions", text: say("curves.repetitions", { count: bands.replicates }) });
      if (spec.before.length && spec.bands.length) notes.push({ sign: "before", text: say("curves.before") });
      return notes;
    }

    text(spec, row, worded) { // the first and the present number of each curve, and where the repetitions end
      const { record, say, bands } = this, parts = [];
      for (const { name, values } of spec.lines) {
        if (!isNumber(values[row])) continue;
        const value = say("curves.named", { name, value: worded(values[row]) });
        parts.push(row > 0 && isNumber(values[0]) ? say("curves.from", { value, begun: this.number(values[0], spec) }) : value);
      }
      const repeated = (spec.bands || []).filter((band) => band.of === "repetitions" && isNumber(band.low.at(-1))).map((band) => say("curves.named", {
        name: (spec.lines.find((line) => line.arm === band.arm && line.key === band.key) || spec.lines[0]).name,
        value: say("curves.between", { low: this.number(band.low.at(-1), spec), high: this.number(band.high.at(-1), spec) }),
      }));
      if (repeated.length) parts.push(say("curves.ends", { count: bands.replicates, values: repeated.join(", ") }));
      return say("curves.text", { title: spec.title, when: say(`after.${record.clock}`, { count: row }), values: parts.join("; ") });
    }

    // how many people are at which level, in the row that is shown
    distributionSpec() {
      const { record, say } = this, kind = record.level.label_key.split(".").pop(), title = learnsim.titled(say(`curves.distribution.${kind}`));
      const percent = (share) => say("curves.percent", { count: Math.round(share) });
      let shares = record.arms.map(() => new Array(BINS).fill(0));
      const scale = (most) => {
        const ticks = learnsim.ticksOf(0, Math.max(10, most), 3);
        return { ticks, labels: ticks.map((tick) => say("curves.percent", { count: tick })) };
      };
      const spec = { ...this.spec(title, {}), ...scale(100), across: say("curves.points"), last: 100, stride: 100 / BINS, places: ACROSS,
        lines: record.arms.map((arm, a) => ({ arm: a, name: learnsim.labelOf(arm), values: [] })), before: [], notes: [] };
      spec.steps = (row) => {
        shares = record.arms.map((arm) => sharesOf(arm.levels(row)));
        return { lines: shares.map((share) => share.flatMap((value) => [value, value])), ...scale(Math.max(...shares.flat())) };
      };
      spec.at = (point) => {
        const bin = Math.min(BINS - 1, Math.floor(point / (100 / BINS))), low = bin * (100 / BINS);
        return [say("curves.bin", { low, high: low + 100 / BINS }), ...spec.lines.map(({ arm, name }) => ({ arm, name, value: percent(shares[arm][bin]) }))];
      };
      spec.text = (row) => say("curves.text", { title, when: say(`after.${record.clock}`, { count: row }), values: spec.lines.map(({ arm, name }) => {
        const there = shares[arm].flatMap((share, bin) => (share > 0 ? [bin] : [])), full = shares[arm].indexOf(Math.max(...shares[arm])), wide = 100 / BINS;
        return say("curves.all_from", { arm: name, from: wide * there[0], to: wide * (there.at(-1) + 1), share: Math.round(shares[arm][full]), low: wide * full, high: wide * (full + 1) });
      }).join("; ") });
      return spec;
    }
  };

  function sharesOf(levels) { // per cent of the people in each of equal bins
    const shares = new Array(BINS).fill(0);
    for (const level of levels) shares[Math.min(BINS - 1, Math.floor((level * BINS) / 10000))] += 100 / levels.length;
    return shares;
  }
})(window.learnsim = window.learnsim || {});

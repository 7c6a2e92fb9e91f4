(function (learnsim) {
  "use strict";
  // Curves: the measures of a record as charts, in the groups that its model names, with what many repetitions do and with
  // the run before the last change; the difference of the first two arms; and how many people are at each level now.

  const BINS = 20;
  const ACROSS = Array.from({ length: 2 * BINS }, (_, k) => (100 / BINS) * Math.ceil(k / 2)); // the step line's places
  const NO_ARM = 4; // instead of an arm's look: of no arm
  const UNDRAWN = "more"; // the group of the measures that have no curve
  const isNumber = (value) => typeof value === "number"; // others are missing
  const times = (values, factor) => (values || []).map((value) => (isNumber(value) ? factor * value : null));
  const less = (values, others) =>
    values.map((value, t) => (isNumber(value) && isNumber(others[t]) ? value - others[t] : null));
  const bandOf = (arm, key, of, { low, high }, factor) =>
    ({ arm, key, of, low: times(low, factor), high: times(high, factor) });
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
        if (typeof chart.row === "number") {
          chart.row = Math.max(record.arms[0].first, Math.min(chart.row, record.rows - 1));
        }
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
      const inStep = chart.spec.steps ? [chart] : this.charts.filter(({ spec }) => !spec.steps);
      for (const other of inStep) other.point(row, other === chart);
    }

    seek(row, chart) { if (!chart.spec.steps) this.onpoint?.(Math.min(row, this.record.rows - 1), { seek: true }); }

    destroy() { this.watcher.disconnect(); }

    specs() {
      const { record } = this, groups = new Set(record.measures.map((measure) => measure.group));
      groups.delete(UNDRAWN);
      const [main, ...others] = [...groups].map((group) => this.groupSpec(group));
      return [main, ...(record.arms.length > 1 ? [this.differenceSpec()] : []), this.distributionSpec(), ...others];
    }

    // a group's curves: one for each arm and measure
    groupSpec(group) {
      const { record, say, bands, previous } = this, measures = record.measures.filter((measure) => measure.group === group);
      const people = measures.filter(isPercentile).map(({ key }) => key);
      const drawn = measures.filter((measure) => !isPercentile(measure));
      const inPoints = drawn.every(({ most }) => most === 1), factor = inPoints ? 100 : 1, several = drawn.length > 1;
      const called = learnsim.titled(say(several ? `curves.${group}` : `measure.${drawn[0].key}`));
      const linesOf = (arms) => arms.flatMap((arm, side) => drawn.map(({ key }, k) => {
        const name = learnsim.labelOf(arm);
        const full = several ? say("curves.line", { arm: name, measure: say(`measure.${key}`) }) : name;
        return { arm: arm.look, side, key, second: k > 0, name: full, values: times(arm.curve(key), factor) };
      }));
      const lines = linesOf(record.arms);
      const before = previous ? linesOf(previous.arms).filter((line) => this.isWhole(line)) : [];
      const around = people.length > 1 ? record.arms.map((arm) =>
        bandOf(arm.look, people[0], "people", { low: arm.curve(people[0]), high: arm.curve(people.at(-1)) }, factor)) : [];
      const repeated = lines.filter(({ side, key }) => bands?.arms[side]?.[key])
        .map(({ arm, side, key }) => bandOf(arm, key, "repetitions", bands.arms[side][key], factor));
      const title = inPoints ? say("curves.in_points", { title: called }) : called;
      const spec = this.spec(title, { lines, before, bands: [...around, ...repeated] });
      spec.notes = group === "main" ? this.notes(spec) : []; // once is enough
      if (several) { // a legend has the arms and the measures, not each with each
        const solid = (arm) => ({ line: { arm: arm.look, second: false }, text: learnsim.labelOf(arm) });
        spec.legend = [...record.arms.map(solid),
          ...drawn.map(({ key }, k) => ({ line: { arm: NO_ARM, second: k > 0 }, text: say(`measure.${key}`) }))];
      }
      this.scale(spec, inPoints, group === "main");
      const compared = lines.length === 2 && !several;
      spec.text = (row) => this.text(spec, row, (value) => this.worded(value, inPoints, spec));
      spec.at = (row) => {
        const there = lines.filter(({ values }) => isNumber(values[row]));
        const parts = there.map(({ arm, name, values }) => ({ arm, name, value: this.number(values[row], spec) }));
        if (compared && there.length === 2) parts.push({ name: say("curves.less"), value: this.apart(lines, row, spec) });
        return [this.rowText(row), ...parts];
      };
      return spec;
    }

    // the first arm less the second, with a band and a line at zero
    differenceSpec() {
      const { record, say, bands, previous } = this, key = learnsim.mainOf(record);
      const [first, second] = record.arms.map(learnsim.labelOf);
      const name = say("curves.difference", { first, second }), band = bands?.difference_curve;
      const apart = ([one, other]) => times(less(one.curve(key) || [], other.curve(key) || []), 100);
      const lineOf = (arms) => ({ arm: NO_ARM, key, name: "", values: apart(arms) });
      const line = lineOf(record.arms);
      const before = previous?.arms.length > 1 ? [lineOf(previous.arms)].filter((one) => this.isWhole(one)) : [];
      const spec = this.spec(say("curves.in_points", { title: name }), {
        lines: [line], before, bands: band ? [bandOf(NO_ARM, key, "repetitions", band, 100)] : [], arms: [NO_ARM],
      });
      spec.notes = this.notes(spec).filter(({ sign }) => sign === "repetitions");
      this.scale(spec, true, false);
      spec.digits = 1;
      const worded = (value) => this.worded(value, true, spec);
      const spoken = { ...spec, lines: [{ ...line, name: say("curves.less") }] };
      spec.text = (row) => this.text(spoken, row, worded);
      spec.at = (row) => [this.rowText(row),
        ...(isNumber(line.values[row]) ? [{ name, value: this.number(line.values[row], { digits: 1, sign: true }) }] : [])];
      return spec;
    }

    isWhole({ values }) { return values.length === this.record.sessions + 1; } // of the run before: as long as this one
    rowText(row) { return this.say(`curves.at.${this.record.clock}`, { row }); }

    // what all charts over sessions have
    spec(title, parts) {
      const { record, say } = this, clock = say(`clock_name.${record.clock}`);
      return { title, lines: [], before: [], bands: [], notes: [], arms: record.arms.map((arm) => arm.look), stride: 1,
        last: record.sessions, across: say(`curves.across.${record.clock}`),
        pointed: say("curves.pointer", { title, clock }), ...parts };
    }

    scale(spec, inPoints, whole) { // from 0, to 100 where there is much of it
      const drawn = [...spec.lines, ...spec.before].flatMap(({ values }) => values);
      const ends = spec.bands.flatMap((band) => [...band.low, ...band.high]);
      let low = 0, high = 0;
      for (const value of [...drawn, ...ends].filter(isNumber)) [low, high] = [Math.min(low, value), Math.max(high, value)];
      if (inPoints && (whole || (high > 60 && low >= 0))) high = 100;
      spec.ticks = learnsim.ticksOf(low, high - low > 1e-9 ? high : low + 1);
      const wide = spec.ticks.at(-1) - spec.ticks[0], after = (tick) => (String(tick).split(".")[1] || "").length;
      spec.digits = (inPoints && wide > 15) || drawn.filter(isNumber).every(Number.isInteger) ? 0 : 1; // of values in words
      spec.labels = spec.ticks.map((tick) => learnsim.decimal(tick, Math.max(...spec.ticks.map(after)), this.say));
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
      if (has("repetitions")) {
        notes.push({ sign: "repetitions", text: say("curves.repetitions", { count: bands.replicates }) });
      }
      if (spec.before.length && spec.bands.length) notes.push({ sign: "before", text: say("curves.before") });
      return notes;
    }

    text(spec, row, worded) { // the first and the present number of each curve, and where the repetitions end
      const { record, say, bands } = this, parts = [];
      for (const { name, values } of spec.lines) {
        if (!isNumber(values[row])) continue;
        const value = say("curves.named", { name, value: worded(values[row]) }), begun = values[0];
        parts.push(row > 0 && isNumber(begun) ? say("curves.from", { value, begun: this.number(begun, spec) }) : value);
      }
      const ended = spec.bands.filter((band) => band.of === "repetitions" && isNumber(band.low.at(-1)));
      const repeated = ended.map(({ arm, key, low, high }) => {
        const value = say("curves.between", { low: this.number(low.at(-1), spec), high: this.number(high.at(-1), spec) });
        return say("curves.named", { name: spec.lines.find((line) => line.arm === arm && line.key === key).name, value });
      });
      if (repeated.length) parts.push(say("curves.ends", { count: bands.replicates, values: repeated.join(", ") }));
      return this.rowWords(spec.title, row, parts);
    }

    rowWords(title, row, parts) {
      const when = this.say(`after.${this.record.clock}`, { count: row });
      return this.say("curves.text", { title, when, values: parts.join("; ") });
    }

    // how many people are at which level, in the row that is shown
    distributionSpec() {
      const { record, say } = this, kind = record.level.label_key.split(".").pop(), wide = 100 / BINS;
      const title = learnsim.titled(say(`curves.distribution.${kind}`));
      const percent = (share) => say("curves.percent", { count: Math.round(share) });
      const scale = (most) => {
        const ticks = learnsim.ticksOf(0, Math.max(10, most), 3);
        return { ticks, labels: ticks.map(percent) };
      };
      const lines = record.arms.map((arm) => ({ arm: arm.look, name: learnsim.labelOf(arm), values: [] }));
      const spec = this.spec(title, { lines, ...scale(100), widest: scale(100).labels, across: say("curves.points"),
        last: 100, stride: wide, places: ACROSS });
      let shares = lines.map(() => new Array(BINS).fill(0));
      spec.steps = (row) => {
        shares = record.arms.map((arm) => sharesOf(arm.levels(row)));
        const steps = shares.map((share) => share.flatMap((value) => [value, value]));
        return { lines: steps, ...scale(Math.max(...shares.flat())) };
      };
      spec.at = (point) => {
        const bin = Math.min(BINS - 1, Math.floor(point / wide));
        return [say("curves.bin", { low: bin * wide, high: (bin + 1) * wide }),
          ...lines.map(({ arm, name }, k) => ({ arm, name, value: percent(shares[k][bin]) }))];
      };
      spec.text = (row) => this.rowWords(title, row, lines.map(({ name }, k) => {
        const there = shares[k].flatMap((share, bin) => (share > 0 ? [bin] : []));
        const most = Math.max(...shares[k]), full = shares[k].indexOf(most);
        return say("curves.all_from", { arm: name, from: wide * there[0], to: wide * (there.at(-1) + 1),
          share: Math.round(most), low: wide * full, high: wide * (full + 1) });
      }));
      return spec;
    }
  };

  function sharesOf(levels) { // per cent of the people in each of equal bins
    const shares = new Array(BINS).fill(0);
    for (const level of levels) shares[Math.min(BINS - 1, Math.floor((level * BINS) / 10000))] += 100 / levels.length;
    return shares;
  }
})(window.learnsim = window.learnsim || {});

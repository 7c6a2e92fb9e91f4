(function (learnsim) {
  "use strict";
  // Words: what the runs show so far, in sentences and points of 100. Every number is one of the record or of its
  // repetitions.

  const ALIKE = 0.0005; // a smaller difference of means counts as none
  const MOST_NAMED = 12; // communities that are named in a sentence
  const QUARTERS = ["fast_slow", "outgoing_quiet"]; // groups of measures of quarters of the people, the better one first
  const ALSO = ["best", "diversity", "wrong"]; // groups whose first measure has a sentence

  learnsim.points = (share) => Math.floor(100 * share + 0.5);
  learnsim.labelOf = (arm) => arm.label || arm.name;
  const formats = new Map(); // of numbers, by language and digits: each takes long to make
  learnsim.decimal = function (value, digits, say) {
    const key = `${say("language")} ${digits}`;
    const made = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(say("language"), made));
    return Number.isNaN(value) ? "\u2013" : formats.get(key).format(value).replace("-", "\u2212");
  };
  learnsim.signed = (value, digits, say) => (value > 0 ? "+" : "") + learnsim.decimal(value, digits, say);
  learnsim.mainOf = (record) => record.measures.find((measure) => measure.group === "main").key;

  const kindOf = (record) => record.level.label_key.split(".").pop(); // what a level is: mastery, payoff, score
  const inPoints = (count, say) => (count ? say("points", { count }) : say("points.little"));

  const signedPoints = (share, say) => learnsim.signed(Math.sign(share) * learnsim.points(Math.abs(share)) || 0, 0, say);

  learnsim.clockText = function (record, row, say) {
    const cycles = Math.ceil(record.sessions / record.cycleLength);
    const cycle = Math.min(cycles, Math.floor(Math.max(0, row - 1) / record.cycleLength) + 1);
    return say(`clock.${record.clock}`, { row, sessions: record.sessions, cycle, cycles });
  };

  // expected: how many repetitions are being computed, as long as there are no bands
  learnsim.sentences = function (record, row, say, bands, expected = 0) {
    const { arms } = record, several = arms.length > 1, sentences = [leader(record, row, say)];
    if (row > 0) {
      if (several) sentences.push(peopleSentence(record, row, say), quartersSentence(record, row, say));
      sentences.push(...ALSO.map((group) => alsoSentence(record, row, group, say)));
    } else if (kindOf(record) === "mastery") sentences.push(...arms.map((arm) => aboutArm(record, arm, say)));
    if (bands) sentences.push(repetitionsSentence(record, bands, say));
    else sentences.push(expected ? say("words.expected", { count: expected }) : say("words.one_run"));
    if (several) sentences.push(say("words.shared"));
    return sentences.filter(Boolean);
  };

  function leader(record, row, say) { // means have a digit more where their difference would not be the one that is named
    const main = learnsim.mainOf(record), average = say(`average.${kindOf(record)}`);
    const when = row ? say(`when.${record.clock}`, { count: row }) : say(`start.${record.clock}`);
    const ends = record.arms.map((arm) => ({ name: learnsim.labelOf(arm), mean: arm.at(main, row) }));
    const [ahead, behind, ...others] = [...ends].sort((one, other) => other.mean - one.mean);
    const high = learnsim.points(ahead.mean), low = behind && learnsim.points(behind.mean);
    const count = behind ? learnsim.points(ahead.mean - behind.mean) : 0, exact = behind && high - low !== count;
    const shown = (arm, whole) => (exact ? learnsim.decimal(100 * arm.mean, 1, say) : whole);
    const means = { high: shown(ahead, high), low: shown(behind, low) };
    const values = { when, average, ...means, ahead: ahead.name, behind: behind?.name, count };
    let sentence;
    if (!behind) sentence = say("words.alone", values);
    else if (ahead.mean - behind.mean < ALIKE) {
      const [first, second] = ends.filter((one) => one === ahead || one === behind);
      sentence = say("words.level", { ...values, ahead: first.name, behind: second.name });
    } else sentence = say(count ? "words.ahead" : "words.ahead_little", values);
    const further = others.map((one) => placed(one.name, one.mean, say)).join(", ");
    return further ? say("words.then", { sentence, others: further }) : sentence;
  }

  function aboutArm(record, arm, say) { // how it trains people, by what is recorded of it
    const plan = arm.plan(0), { phases, shuffled } = arm, has = (name) => phases.some(([phase]) => phase === name);
    const sizes = new Map();
    for (const cell of plan.cell) if (cell >= 0) sizes.set(cell, (sizes.get(cell) || 0) + 1);
    const cells = plan.officers.length, size = Math.max(0, ...sizes.values());
    const parts = [
      has("lecture") && say("about.lecture"),
      has("exchange") && (cells ? say("about.cells", { count: cells, size }) : say("about.groups")),
      cells && has("exchange") && (shuffled ? say("about.shuffled", { count: record.cycleLength }) : say("about.fixed")),
      has("council") && say("about.council"),
    ].filter(Boolean);
    return parts.length ? say("about", { arm: learnsim.labelOf(arm), parts: parts.join(", ") }) : null;
  }

  const placed = (arm, mean, say) => say("words.at", { arm, points: learnsim.points(mean) });

  function peopleSentence(record, row, say) { // for how many people which arm is best
    const { arms, people } = record, levels = arms.map((arm) => arm.levels(row)), best = arms.map(() => 0);
    let alike = 0;
    for (let person = 0; person < people; person++) {
      let top = 0, same = false;
      for (let a = 1; a < levels.length; a++) {
        if (levels[a][person] > levels[top][person]) [top, same] = [a, false];
        else if (levels[a][person] === levels[top][person]) same = true;
      }
      if (same) alike += 1;
      else best[top] += 1;
    }
    const kind = kindOf(record), begun = { count: best[0], arm: learnsim.labelOf(arms[0]) };
    const parts = [arms.length > 2 ? say(`words.most.${kind}`, begun) : say(`words.more.${kind}`, begun),
      ...arms.slice(1).map((arm, a) => say("words.in", { count: best[a + 1], arm: learnsim.labelOf(arm) }))];
    if (alike) parts.push(arms.length > 2 ? say("words.several", { count: alike }) : say("words.alike", { count: alike }));
    const sentence = say(`words.people.${kind}`, { count: people, parts: parts.join(", ") });
    const means = arms.map((arm) => arm.at(learnsim.mainOf(record), row)), ahead = means[1] > means[0] ? 1 : 0;
    const surprises = arms.length === 2 && Math.abs(means[0] - means[1]) >= ALIKE && best[ahead] < best[1 - ahead];
    return surprises ? say("words.fewer", { sentence, arm: learnsim.labelOf(arms[ahead]) }) : sentence;
  }

  function quartersSentence(record, row, say) {
    const [first, second] = record.arms, quarters = QUARTERS.flatMap((group) =>
      record.measures.filter((measure) => measure.group === group).reverse()).flatMap(({ key }) => {
      const name = say(`quarter.${key}`), [one, other] = [first.at(key, row), second.at(key, row)];
      return typeof one === "number" && typeof other === "number" ? [`${name} ${signedPoints(one - other, say)}`] : [];
    });
    const named = { first: learnsim.labelOf(first), second: learnsim.labelOf(second) };
    return quarters.length && say("words.quarters", { ...named, quarters: quarters.join(", ") });
  }

  function alsoSentence(record, row, group, say) {
    const measure = record.measures.find((one) => one.group === group);
    if (!measure) return null;
    const there = record.arms.filter((arm) => typeof arm.at(measure.key, row) === "number");
    const values = there.map((arm) =>
      `${learnsim.labelOf(arm)} ${learnsim.valueText(measure, arm.at(measure.key, row), say)}`);
    const label = learnsim.titled(say(`measure.${measure.key}`));
    return values.length && say("words.also", { label, values: values.join(", ") });
  }

  learnsim.titled = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  // a value of a measure: points of 100, or a number of its own
  learnsim.valueText = function (measure, value, say) {
    if (measure.most === 1) return say("points.of", { points: learnsim.decimal(learnsim.points(value), 0, say) });
    return learnsim.decimal(value, Number.isInteger(value) ? 0 : 1, say);
  };

  function repetitionsSentence(record, bands, say) { // of the first two arms; of more only where they end
    const { replicates, difference } = bands, [first, second] = record.arms.map(learnsim.labelOf), sentences = [];
    if (difference) {
      const sentence = differenceSentence(first, second, replicates, difference, say);
      sentences.push(record.arms.length > 2 ? say("words.pair", { first, second, sentence }) : sentence);
    }
    if (record.arms.length !== 2 || !difference) {
      const main = learnsim.mainOf(record);
      const ends = record.arms.map((arm, a) => placed(learnsim.labelOf(arm), bands.arms[a][main].mean.at(-1), say));
      sentences.push(say("words.ends", { count: replicates, ends: ends.join(", ") }));
    }
    return sentences.join(" ");
  }

  function differenceSentence(first, second, replicates, { mean, half_width: half, wins, losses }, say) {
    const count = learnsim.points(Math.abs(mean)), values = { count: replicates, first, second, wins, losses };
    if (wins + losses === 0) return say("words.ends_level", values);
    const [arm, times] = mean > 0 ? [first, wins] : [second, losses];
    if (half === null) return say("words.ends_higher", { ...values, arm, times });
    const give = { points: inPoints(count, say), width: widthText(half, say) };
    if (Math.abs(mean) <= half) return say("words.too_close", { ...values, ...give });
    const higher = { ...values, arm, times };
    return count ? say("words.higher", { ...higher, ...give }) : say("words.higher_little", higher);
  }

  function widthText(half, say) { // to half a point, from two points on in whole ones
    const points = Math.round(200 * half) / 2;
    if (points === 0) return say("width.little");
    if (points === 0.5) return say("width.half");
    if (points === 1.5) return say("width.one_half");
    return say("width.points", { count: learnsim.points(half) });
  }

  // what the picture of an arm shows, for screen readers
  learnsim.pictureText = function (record, arm, row, say) {
    const levels = Array.from(arm.levels(row)).sort((one, other) => one - other), plan = arm.plan(row);
    const several = new Set(plan.community).size, { length: cells } = plan.officers;
    const quantile = (share) => { // between two people as numpy has it
      const place = share * (levels.length - 1), low = Math.floor(place), high = Math.min(low + 1, levels.length - 1);
      return learnsim.points((levels[low] + (place - low) * (levels[high] - levels[low])) / 10000);
    };
    const communities = say("picture.communities", { count: several }), called = (arm.communities || []).length;
    const absent = arm.absent(row).size ? [say("picture.absent", { count: arm.absent(row).size })] : [];
    const where = cells ? say("picture.cells", { count: cells, communities }) : communities;
    const text = say("picture.text", {
      arm: learnsim.labelOf(arm), average: say(`average.${kindOf(record)}`),
      mean: learnsim.points(arm.at(learnsim.mainOf(record), row)),
      when: say(`after.${record.clock}`, { count: row }), people: say(`people.${kindOf(record)}`, { count: record.people }),
      where: called && called <= MOST_NAMED ? `${where} (${arm.communities.join(", ")})` : where,
      low: quantile(0.1), middle: quantile(0.5), high: quantile(0.9),
    });
    return [text, ...absent].join("; ");
  };
})(window.learnsim = window.learnsim || {});

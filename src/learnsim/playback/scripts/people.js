(function (learnsim) {
  "use strict";
  // People: what somebody is called, where they are, what they know and whom they have met, in words.

  learnsim.nameOf = (record, person, say) => // counted from 1, as wherever somebody reads a number
    (record.names ? record.names[person] : say("person.number", { number: person + 1 }));

  learnsim.communityName = (arm, community, say) =>
    arm.communities[community] || say("person.community", { number: community + 1 });

  learnsim.pointsText = (level, say) => say("person.points", { count: learnsim.points(level / 10000) });

  learnsim.placeText = function (arm, plan, person, say) { // community, and cell if there are any
    const several = plan.community.some((community) => community !== plan.community[0]);
    const places = several || arm.communities.length ? [learnsim.communityName(arm, plan.community[person], say)] : [];
    if (plan.cell[person] >= 0 && plan.officers.length) places.push(cellText(plan, plan.cell[person], say));
    return places.join(", ");
  };

  function cellText(plan, cell, say) { // cells are counted from 1 in each branch
    let branch = 0;
    while (branch + 2 < plan.branches.length && plan.branches[branch + 1] <= cell) branch += 1;
    const first = plan.branches[branch];
    return say("person.cell", { number: cell - first + 1, of: plan.branches[branch + 1] - first });
  }

  learnsim.isOfficer = (arm, plan, person) => (plan.stage || arm).showsOfficers && plan.officers.includes(person);

  // name, place, officer, points; session: of which it is said that somebody is absent from it
  learnsim.personText = function (record, arm, row, person, say, session = row) {
    const plan = arm.plan(row), name = learnsim.nameOf(record, person, say), wrong = arm.wrong(row);
    const who = plan.novices.includes(person) ? say("person.novice", { name }) : name;
    const parts = [who, learnsim.placeText(arm, plan, person, say)];
    if (learnsim.isOfficer(arm, plan, person)) parts.push(say("person.officer"));
    if (arm.absent(session).has(person)) parts.push(say("person.absent"));
    const known = [learnsim.pointsText(arm.levels(row)[person], say)];
    if (wrong && wrong[person] >= 50) known.push(say("person.wrong", { count: learnsim.points(wrong[person] / 10000) }));
    return `${parts.filter(Boolean).join(", ")}: ${known.join(", ")}`;
  };

  learnsim.cellWords = function (arm, row, cell, say) { // where a cell is one dot
    const plan = arm.plan(row), members = [];
    plan.cell.forEach((c, person) => { if (c === cell) members.push(person); });
    if (!members.length) return "";
    const levels = arm.levels(row), mean = members.reduce((sum, person) => sum + levels[person], 0) / members.length;
    const place = learnsim.placeText(arm, plan, members[0], say);
    return say("cell.mean", { place, count: members.length, points: learnsim.pointsText(mean, say) });
  };

  learnsim.metUntil = function (arm, row, person) { // with whom somebody has shared a cell, by ascending number
    const met = new Set();
    for (const plan of arm.plans) {
      if (plan.from > row) break;
      const cell = plan.officers.length ? plan.cell[person] : -1;
      if (cell >= 0) plan.cell.forEach((c, other) => { if (c === cell) met.add(other); });
    }
    met.delete(person);
    return [...met].sort((a, b) => a - b);
  };

  // helper, learner
  learnsim.pairsOf = (asked) => Array.from({ length: asked.length / 2 }, (_, k) => [asked[2 * k + 1], asked[2 * k]]);

  // in the session that a row ends with: who helped somebody, and whom they helped
  learnsim.helpIn = function (arm, row, person) {
    const plan = arm.plan(row), stage = plan.stage || arm, by = new Set(), to = new Set(), absent = arm.absent(row);
    for (const [helper, learner] of row > 0 ? [arm.asked(row), arm.consulted(row)].flatMap(learnsim.pairsOf) : []) {
      if (absent.has(helper)) continue;
      if (learner === person) by.add(helper);
      if (helper === person) to.add(learner);
    }
    const cell = row > 0 && plan.officers.length ? plan.cell[person] : -1;
    const officer = cell >= 0 ? plan.officers[cell] : person;
    const briefs = stage.phases.some(([phase]) => phase === "briefing") && ![officer, person].some((one) => absent.has(one));
    return { by: [...by], to: [...to], officer: briefs && officer !== person ? officer : -1 };
  };
})(window.learnsim = window.learnsim || {});

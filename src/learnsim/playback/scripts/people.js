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

  learnsim.personText = function (record, arm, row, person, say) { // name, place, officer, points
    const plan = arm.plan(row), name = learnsim.nameOf(record, person, say), wrong = arm.wrong(row);
    const who = plan.novices.includes(person) ? say("person.novice", { name }) : name;
    const parts = [who, learnsim.placeText(arm, plan, person, say)];
    if (learnsim.isOfficer(arm, plan, person)) parts.push(say("person.officer"));
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

  // in the session that a row ends with: who helped somebody, and whom they helped
  learnsim.helpIn = function (arm, row, person) {
    const plan = arm.plan(row), stage = plan.stage || arm, by = new Set(), to = new Set();
    if (row > 0) {
      for (const pairs of [arm.asked(row), arm.consulted(row)]) {
        for (let k = 0; k < pairs.length; k += 2) {
          if (pairs[k] === person) by.add(pairs[k + 1]);
          if (pairs[k + 1] === person) to.add(pairs[k]);
        }
      }
    }
    const cell = plan.officers.length ? plan.cell[person] : -1;
    const briefed = row > 0 && cell >= 0 && stage.phases.some(([phase]) => phase === "briefing") ? plan.officers[cell] : -1;
    return { by: [...by], to: [...to], officer: briefed === person ? -1 : briefed };
  };
})(window.learnsim = window.learnsim || {});

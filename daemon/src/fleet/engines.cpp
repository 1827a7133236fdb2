// Compares what an engine reports with what the fleet believes.
#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/specs.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

std::vector<std::string> instances_on(const Turn& turn, const std::string& engine) {
  auto names = turn.names();
  std::erase_if(names, [&](const auto& name) {
    const auto* agent = turn.find(name);
    return !agent->container || runtime_of(turn, *agent) != engine;
  });
  return names;
}

void step_all(Turn& turn, const std::string& engine, const container::Event& event) {
  for (const auto& name : instances_on(turn, engine)) step_container(turn, turn.touch(name), event);
}

void report_orphans(Turn& turn, const std::string& engine, const std::vector<container::Found>& found) {
  auto care = container::plan_orphans({}, turn.orphans(engine), found, turn.now());
  turn.orphans(engine) = std::move(care.known);
  for (const auto& orphan : care.reported)
    turn.announce("container.orphan_found", orphan.instance, container::summary(orphan.fact, orphan.instance),
                  wire::ObjectText{}.text("runtime", engine).text("instance", orphan.instance).done());
  for (auto& id : care.stop) turn.want(Discard{engine, std::move(id), false});
  for (auto& id : care.remove) turn.want(Discard{engine, std::move(id), true});
}

}  // namespace

void engine_event(Turn& turn, const EngineEvent& event) {
  const auto* died = std::get_if<container::EngineDied>(&event.event);
  const auto* started = std::get_if<container::EngineStarted>(&event.event);
  const auto* changed = std::get_if<container::EngineChanged>(&event.event);
  if (!died && !started && !changed) return;
  const auto& id = (died      ? died->incarnation
                    : started ? started->incarnation
                              : changed->incarnation)
                       .container_id;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (!agent->container || agent->container->container_id != id) continue;
    step_container(turn, turn.touch(name), event.event);
    return;
  }
}

void memory_ran_out(Turn& turn, const MemoryRanOut& event) {
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (agent->container && agent->container->container_id == event.container_id)
      turn.touch(name).memory_ran_out_at = turn.now().steady;
  }
}

void engine_listed(Turn& turn, const EngineListed& listed) {
  if (!turn.reachable(listed.runtime)) {
    turn.set_reachable(listed.runtime, true);
    turn.announce("container.engine_recovered", "", listed.runtime + " answers again",
                  wire::ObjectText{}.text("runtime", listed.runtime).done());
    step_all(turn, listed.runtime, container::EngineRecovered{});
    for (const auto& name : instances_on(turn, listed.runtime)) retry_end(turn, turn.touch(name));
  }
  const auto names = instances_on(turn, listed.runtime);
  std::vector<container::Wanted> wanted;
  for (const auto& name : names) wanted.push_back({name, &*turn.find(name)->container});
  auto plan = container::reconcile(wanted, listed.found, turn.tools().place.owner);
  for (auto& report : plan.reports) {
    const auto& believed = *turn.find(report.instance)->container;
    // Nothing new about an absent instance: avoid the working copy.
    if (believed.phase == container::Phase::absent && !report.snapshot.seen.found) continue;
    step_container(turn, turn.touch(report.instance), report.snapshot);
  }
  for (const auto& stray : plan.duplicates) turn.want(Discard{listed.runtime, stray.seen.container_id, true});
  report_orphans(turn, listed.runtime, plan.orphans);
}

void engine_lost(Turn& turn, const EngineLost& lost) {
  if (!turn.reachable(lost.runtime)) return;
  turn.set_reachable(lost.runtime, false);
  const auto reason = turn.tools().redact(lost.reason);
  turn.announce("container.engine_unreachable", "", lost.runtime + " does not answer: " + reason,
                wire::ObjectText{}.text("runtime", lost.runtime).text("error", reason).done());
  step_all(turn, lost.runtime, container::EngineUnreachable{});
}

}  // namespace understudy::daemon::fleet

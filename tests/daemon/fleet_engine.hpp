#pragma once
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "fleet/effect.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/plan.hpp"

namespace fleet_world {

namespace container = understudy::container;
namespace fleet = understudy::daemon::fleet;

/// A simulated engine: takes the machine's requests and gives the answers of the real edge.
class Engine {
 public:
  struct Box {
    std::string instance{};
    container::Spec spec{};
    bool running{false};
    bool paused{false};
    std::string stamp{};
    std::optional<int> exit_code{};
    understudy::daemon::ports::Environment env{};
  };
  std::map<std::string, Box> boxes{};
  std::map<std::string, std::string> refuses_to_start{};  ///< error by agent
  std::function<bool(const container::Effect&)> holds{};  ///< requests that wait for World::release()
  std::deque<fleet::CarryOut> held{};

  std::vector<container::Event> carry_out(const fleet::CarryOut& request) {
    if (holds && holds(request.effect)) {
      held.push_back(request);
      return {};
    }
    return std::visit([&](const auto& effect) { return answer(request, effect); }, request.effect);
  }

  bool inspect_fails{false};  ///< as without an engine

  void pause(const std::string& agent, bool paused) {
    for (auto& [id, box] : boxes)
      if (box.instance == agent) box.paused = paused;
  }
  [[nodiscard]] std::string id_of(const std::string& agent) const {
    for (const auto& [id, box] : boxes)
      if (box.instance == agent) return id;
    return {};
  }

  /// A container's process ends by itself; empty when none runs.
  std::optional<container::EngineDied> crash(const std::string& agent, int exit_code) {
    for (auto& [id, box] : boxes)
      if (box.instance == agent && box.running) {
        box.running = false;
        box.exit_code = exit_code;
        return container::EngineDied{.incarnation = {id, box.stamp}, .exit_code = exit_code};
      }
    return std::nullopt;
  }
  [[nodiscard]] bool is_running(const std::string& agent) const {
    for (const auto& [id, box] : boxes)
      if (box.instance == agent && box.running) return true;
    return false;
  }
  [[nodiscard]] const Box* box_of(const std::string& agent) const {
    for (const auto& [id, box] : boxes)
      if (box.instance == agent) return &box;
    return nullptr;
  }
  [[nodiscard]] std::vector<container::Found> list(const std::string& owner) const {
    std::vector<container::Found> found;
    for (const auto& [id, box] : boxes) found.push_back({box.instance, owner, sighting(id, box)});
    return found;
  }

 private:
  using Events = std::vector<container::Event>;

  [[nodiscard]] static container::Sighting sighting(const std::string& id, const Box& box) {
    return {.found = true,
            .container_id = id,
            .spec = box.spec,
            .running = box.running,
            .stamp = box.stamp,
            .exit_code = box.exit_code,
            .paused = box.paused};
  }
  template <class Effect>
  static container::OpResult done(container::OpKind kind, const Effect& effect) {
    return {.epoch = effect.epoch, .kind = kind};
  }
  template <class Effect>
  static container::OpResult gone(container::OpKind kind, const Effect& effect) {
    return {.epoch = effect.epoch,
            .kind = kind,
            .answer = container::Answer::not_found,
            .error = "no such container"};
  }

  Events answer(const fleet::CarryOut& request, const container::Create& create) {
    const auto id = "box-" + std::to_string(++made_);
    boxes[id] = {.instance = request.agent, .spec = create.spec, .env = request.spec.env};
    auto result = done(container::OpKind::create, create);
    result.container_id = id;
    return {container::Admitted{create.epoch}, result};
  }
  Events answer(const fleet::CarryOut& request, const container::Start& start) {
    const auto box = boxes.find(start.container_id);
    auto result = done(container::OpKind::start, start);
    if (box == boxes.end()) {
      result = gone(container::OpKind::start, start);
    } else if (const auto why = refuses_to_start.find(request.agent); why != refuses_to_start.end()) {
      result.answer = container::Answer::refused;
      result.error = why->second;
    } else {
      box->second.running = true;
      box->second.exit_code.reset();
      box->second.stamp = "run-" + std::to_string(++runs_);
    }
    return {container::Admitted{start.epoch}, result};
  }
  template <class Ending>
  Events end(container::OpKind kind, const Ending& effect, int exit_code) {
    const auto box = boxes.find(effect.container_id);
    if (box == boxes.end()) return {gone(kind, effect)};
    if (box->second.running) box->second.exit_code = exit_code;
    box->second.running = box->second.paused = false;
    return {done(kind, effect)};
  }
  Events answer(const fleet::CarryOut&, const container::Stop& stop) {
    return end(container::OpKind::stop, stop, 143);
  }
  Events answer(const fleet::CarryOut&, const container::Kill& kill) {
    return end(container::OpKind::kill, kill, 137);
  }
  Events answer(const fleet::CarryOut&, const container::Remove& remove) {
    boxes.erase(remove.container_id);
    return {done(container::OpKind::remove, remove)};
  }
  Events answer(const fleet::CarryOut& request, const container::Inspect& inspect) {
    if (inspect_fails)
      return {container::OpResult{.epoch = inspect.epoch,
                                  .kind = container::OpKind::inspect,
                                  .answer = container::Answer::unreachable,
                                  .error = "no engine answers"}};
    for (const auto& [id, box] : boxes)
      if (inspect.container_id.empty() ? box.instance == request.agent : id == inspect.container_id)
        return {container::Inspected{inspect.epoch, sighting(id, box)}};
    return {container::Inspected{inspect.epoch, {}}};
  }
  Events answer(const fleet::CarryOut&, const container::Probe& probe) {
    const auto box = boxes.find(probe.container_id);
    const bool alive = box != boxes.end() && box->second.running;
    return {container::Probed{probe.epoch, alive, alive ? "" : "it does not run"}};
  }
  // The rest stays in the fleet.
  static Events answer(const fleet::CarryOut&, const container::Grant&) { return {}; }
  static Events answer(const fleet::CarryOut&, const container::Refuse&) { return {}; }
  static Events answer(const fleet::CarryOut&, const container::Revoke&) { return {}; }
  static Events answer(const fleet::CarryOut&, const container::Interrupt&) { return {}; }

  int made_{0};
  int runs_{0};
};

}  // namespace fleet_world

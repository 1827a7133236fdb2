// libcontainer with a runtime of your own: here one machine in memory, on a clock that is set by hand.
#include <deque>
#include <iostream>

#include "understudy/container/json.hpp"
#include "understudy/container/step.hpp"

namespace ct = understudy::container;
using namespace std::chrono_literals;

ct::Now now{.wall = ct::Instant{500'000h}, .steady = 0ms};
std::deque<ct::Event> inbox;

void pass(ct::Duration time) {
  now.wall += time;
  now.steady += time;
}

// Yours: carries out one effect, and reports how it ended with the epoch of the effect. Most runtimes do so
// later and on another thread; only the order counts.
struct Runtime {
  std::string id{}, stamp{};  // of the container; and of its present life: any text that differs each time
  ct::Spec spec{};
  bool running{false};

  void operator()(const ct::Create& it) {
    inbox.push_back(ct::Admitted{it.epoch});  // it is sent now, so its timeout begins
    pass(40ms);
    id = "machine-1", spec = it.spec;
    inbox.push_back(ct::OpResult{.epoch = it.epoch, .kind = ct::OpKind::create, .container_id = id});
  }
  void operator()(const ct::Start& it) {
    inbox.push_back(ct::Admitted{it.epoch});
    pass(200ms);
    running = true, stamp = std::to_string(now.steady.count());
    inbox.push_back(ct::OpResult{.epoch = it.epoch, .kind = ct::OpKind::start, .stamp = stamp});
  }
  void operator()(const ct::Probe& it) { inbox.push_back(ct::Probed{.epoch = it.epoch, .passed = running}); }
  void operator()(const ct::Inspect& it) {
    inbox.push_back(ct::Inspected{
        it.epoch,
        {.found = !id.empty(), .container_id = id, .spec = spec, .running = running, .stamp = stamp}});
  }
  void operator()(const ct::Stop& it) { ended(it.epoch, ct::OpKind::stop); }
  void operator()(const ct::Kill& it) { ended(it.epoch, ct::OpKind::kill); }
  void operator()(const ct::Remove& it) {
    id.clear();
    ended(it.epoch, ct::OpKind::remove);
  }
  void ended(std::uint64_t epoch, ct::OpKind kind) {
    running = false;
    inbox.push_back(ct::OpResult{.epoch = epoch, .kind = kind});
  }

  // For those who asked for the container. A task is yours to begin, to end, or to put back into its queue.
  void operator()(const ct::Grant& it) { std::cout << "  " << it.lease << " begins\n"; }
  void operator()(const ct::Refuse& it) { std::cout << "  " << it.waiter << ": " << it.message << '\n'; }
  void operator()(const ct::Revoke& it) {
    std::cout << "  " << it.lease << " is over: " << to_string(it.cause) << '\n';
  }
  void operator()(const ct::Interrupt& it) { std::cout << "  " << it.lease << " is asked to end\n"; }
};

int main() {
  const ct::Policy policy{.idle_window = 2min};
  Runtime runtime;
  ct::Instance instance;
  std::string kept;  // yours: a file, a row

  const auto handle = [&](const ct::Event& event) {
    for (inbox.push_back(event); !inbox.empty(); inbox.pop_front()) {
      auto [state, facts, effects] = ct::step(policy, std::move(instance), inbox.front(), now);
      kept = ct::to_json(state);  // on disk before any effect leaves
      instance = std::move(state);
      for (const auto& fact : facts) std::cout << summary(fact, "agent-1") << '\n';
      for (const auto& effect : effects) std::visit(runtime, effect);
    }
  };

  handle(ct::Restarted{});  // the first event of each process
  handle(ct::SpecChanged{{.generation = 1, .hash = "image:1"}});
  handle(ct::Acquire{.id = "task-1", .deadline = now.steady + 30s});

  const auto read = ct::from_json<ct::Persisted>(kept);  // and now the program is started again
  if (!read) return std::cerr << read.error << '\n', 1;
  instance = ct::Instance{*read};
  handle(ct::Restarted{});

  pass(1min);
  handle(ct::Release{"task-1"});
  while (const auto at = ct::next_deadline(policy, instance)) {
    pass(*at - now.steady);  // yours: a timer
    handle(ct::Ticked{});
  }
  std::cout << "agent-1 is " << lifecycle_state(instance) << '\n';
}

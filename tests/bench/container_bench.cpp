// ns for each step of a warm instance's life, and for deciding a tick over a fleet of 1,000.
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "understudy/container/step.hpp"

namespace {

using namespace understudy::container;
using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point begin, long operations) {
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
         static_cast<double>(operations);
}

class Driven {
 public:
  void send(const Event& event) { it = step(policy, std::move(it), event, now).state; }

  /// Brought up the way an engine would, to ready.
  void bring_up() {
    it.desired = {1, "sha256:0123456789abcdef"};
    send(Restarted{});
    send(Snapshot{});
    send(StartRequested{});
    send(OpResult{
        .epoch = it.op->epoch, .kind = OpKind::create, .container_id = "0123456789abcdef0123456789abcdef"});
    send(OpResult{.epoch = it.op->epoch, .kind = OpKind::start, .stamp = "2026-01-01T00:00:00.000000000Z"});
    send(Probed{it.op->epoch, true, {}});
    Sighting seen{.found = true, .container_id = it.container_id, .spec = it.applied, .running = true};
    seen.stamp = it.incarnation->stamp;
    send(Inspected{it.op->epoch, seen});
  }

  Policy policy;
  Instance it;
  Now now{Instant{std::chrono::hours{500'000}}, std::chrono::hours{1}};
};

void acquire_and_release() {
  Driven one;
  one.bring_up();
  constexpr long rounds = 500'000;
  const Event acquire = Acquire{.id = "attempt-0000"};
  const Event release = Release{"attempt-0000"};
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) {
    one.send(acquire);
    one.send(release);
  }
  std::printf("step, acquire or release of a warm instance  %8.1f ns/op\n", ns_since(begin, 2 * rounds));
}

void stale_answer() {
  Driven one;
  one.bring_up();
  constexpr long rounds = 1'000'000;
  const Event stale = Probed{1, true, {}};
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) one.send(stale);
  std::printf("step, stale answer                           %8.1f ns/op\n", ns_since(begin, rounds));
}

void cold_start() {
  constexpr long rounds = 50'000;
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) Driven{}.bring_up();
  std::printf("seven steps from nothing to ready            %8.1f ns/start\n", ns_since(begin, rounds));
}

void tick_of_a_fleet() {
  std::vector<Driven> fleet(1000);
  for (Driven& one : fleet) one.bring_up();
  constexpr long rounds = 2'000;
  long armed = 0;
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i)
    for (const Driven& one : fleet) armed += next_deadline(one.policy, one.it).has_value();
  std::printf("next deadline                                %8.1f ns/instance (%ld armed)\n",
              ns_since(begin, rounds * 1000), armed / rounds);
  const Event tick = Ticked{};
  const auto ticking = Clock::now();
  for (long i = 0; i < rounds; ++i)
    for (Driven& one : fleet) one.send(tick);
  const double each = ns_since(ticking, rounds * 1000);
  std::printf("deciding a tick                              %8.1f ns/instance, %.1f us for 1,000\n", each,
              each);
}

}  // namespace

int main() {
  acquire_and_release();
  stale_answer();
  cold_start();
  tick_of_a_fleet();
}

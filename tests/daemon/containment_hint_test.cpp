// When containment may be why a container did not stay up, what people read names the key.
#include "fleet/containment_hint.hpp"

#include <catch2/catch.hpp>

using namespace understudy;
using namespace std::chrono_literals;
using Catch::Contains;
using daemon::config::Container;
using daemon::config::Mode;
using daemon::fleet::containment_hint;

namespace {

Container docker() {
  return {.mode = Mode::docker};
}
container::Fact exited(std::string last_words) {
  return {.type = container::FactType::lazy_start_failed,
          .error = "exited with code 1 before it was ready",
          .kind = container::FailureKind::exit,
          .log_tail = std::move(last_words)};
}
container::Fact crashed(std::string last_words, container::Duration uptime) {
  return {.type = container::FactType::crashed, .log_tail = std::move(last_words), .uptime = uptime};
}

}  // namespace

TEST_CASE("an image that needs a capability is told where to add it", "[fleet][containment]") {
  const auto* words = GENERATE("chown: /data: Operation not permitted", "setgroups: failed", "EPERM: mkdir",
                               "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)");
  CHECK_THAT(containment_hint(docker(), exited(words)),
             Contains("container.cap_drop") && Contains("container.cap_add"));
  auto keeps = docker();
  keeps.containment.cap_drop = {};
  CHECK(containment_hint(keeps, exited(words)).empty());
}

TEST_CASE("other keys are named by what they forbid", "[fleet][containment]") {
  auto from = docker();
  from.containment.read_only = true;
  CHECK_THAT(containment_hint(from, exited("mkdir: /var/x: Read-only file system")),
             Contains("container.read_only") && Contains("container.tmpfs"));
  CHECK_THAT(containment_hint(from, exited("sh: can't fork: Resource temporarily unavailable")),
             Contains("container.pids_limit allows 512"));
  CHECK_THAT(containment_hint(from, exited("sudo: The \"no new privileges\" flag is set")),
             Contains("container.no_new_privileges"));
  from.containment.user = "1000";
  CHECK_THAT(containment_hint(from, exited("open /etc/secret: permission denied")),
             Contains("container.user"));
}

TEST_CASE("what has nothing to do with containment gets no such words", "[fleet][containment]") {
  CHECK(containment_hint(docker(), exited("no database here")).empty());
  CHECK(containment_hint({.mode = Mode::process}, exited("Operation not permitted")).empty());
  CHECK(containment_hint(docker(), crashed("Operation not permitted", 1h)).empty());
  auto timed_out = exited("Operation not permitted");
  timed_out.kind = container::FailureKind::timeout;
  CHECK(containment_hint(docker(), timed_out).empty());
}

TEST_CASE("event, memory and refusal of a failed start say the same", "[fleet][containment]") {
  container::Step step;
  step.facts = {exited("Operation not permitted")};
  step.state.last_error = step.facts[0].error;
  step.effects = {container::Refuse{"a", container::RefuseReason::start_failed, step.facts[0].error, {}}};
  daemon::fleet::explain_containment(docker(), step);
  CHECK_THAT(step.facts[0].error, Contains("exited with code 1 before it was ready; container.cap_drop"));
  CHECK(step.state.last_error == step.facts[0].error);
  CHECK(std::get<container::Refuse>(step.effects[0]).message == step.facts[0].error);
}

TEST_CASE("a container that dies at once where no probe could see it is explained too",
          "[fleet][containment]") {
  container::Step step;
  step.facts = {crashed("chown: Operation not permitted", 200ms)};
  step.state.last_error = "died while up";
  daemon::fleet::explain_containment(docker(), step);
  CHECK_THAT(step.facts[0].error, Contains("container.cap_add"));
  CHECK(step.state.last_error == step.facts[0].error);
}

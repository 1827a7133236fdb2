// A policy's defaults, what is wrong with one, and the names of every enum.
#include <catch2/catch.hpp>

#include "tiers_rig.hpp"
#include "understudy/failover/explain.hpp"
#include "understudy/failover/health_tiers.hpp"

using namespace tiers;

namespace {

using Sentences = std::vector<std::string>;

/// Each value from 0 to `last` comes back from its name, and nothing else does.
template <class Enum>
void names_are_read(Enum last, std::optional<Enum> (*parse)(std::string_view)) {
  for (int value = 0; value <= static_cast<int>(last); ++value) {
    const auto one = static_cast<Enum>(value);
    INFO(to_string(one));
    CHECK(parse(to_string(one)) == one);
  }
  for (const auto* text : {"", "?", "Success", "pause ", "none of them"}) CHECK_FALSE(parse(text));
}

}  // namespace

TEST_CASE("every enum is read from its name", "[policy]") {
  names_are_read(Kind::task_error, parse_kind);
  names_are_read(Surface::cli_text, parse_surface);
  names_are_read(Transport::unreachable, parse_transport);
  names_are_read(OnExhausted::wrap, parse_on_exhausted);
  names_are_read(ReturnPolicy::after_success, parse_return_policy);
  names_are_read(PauseReason::operator_, parse_pause_reason);
  names_are_read(Change::exhausted, parse_change);
  names_are_read(RetryKind::give_up, parse_retry_kind);
  names_are_read(GuardName::tier_over_budget, parse_guard_name);
  names_are_read(Scope::host, parse_scope);
  names_are_read(HealthState::unconfigured, parse_health_state);
  names_are_read(TaskFate::set_aside, parse_task_fate);
  names_are_read(Pass::blocked, parse_pass);
  names_are_read(Decision::go_past, parse_decision);
}

TEST_CASE("a policy that says nothing but its chain moves", "[policy]") {
  Rig rig{Policy{.chain = {opus, pro}}};
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(validate(rig.policy).empty());
}

TEST_CASE("what is wrong with a policy is said, all of it", "[policy]") {
  CHECK(validate(three_tiers()).empty());
  CHECK(validate({.chain = {opus}, .enabled = false}).empty());
  CHECK(validate({}) == Sentences{"a chain has 1 to 3 tiers, this one has 0"});
  CHECK(validate(chain_of({opus, pro, coder, {"d", "x"}})) ==
        Sentences{"a chain has 1 to 3 tiers, this one has 4"});
  CHECK(
      validate(chain_of({opus, opus, opus, {"", ""}})) ==  // of a long one nothing else, which could be much
      Sentences{"a chain has 1 to 3 tiers, this one has 4"});
  CHECK(validate(chain_of({opus, pro, opus})) == Sentences{"tier 3 is tier 1 again: anthropic/opus"});
  CHECK(validate(chain_of({{"", "opus"}, {"a", ""}})) ==
        Sentences{"tier 1 has no provider", "tier 2 has no model"});
  auto policy = two_tiers();
  policy.triggers = {};  // it never moves, as a configuration may want it
  CHECK(validate(policy).empty());
  policy.server_error_threshold = 0;
  policy.cooldown.set(Kind::quota, -1ms);
  policy.wait_in_place = -1ms;
  policy.give_up_after = -1ms;
  CHECK(validate(policy) == Sentences{"server_error_threshold must be at least 1, it is 0",
                                      "the cooldown of quota must not be negative",
                                      "wait_in_place must not be negative",
                                      "give_up_after must not be negative"});
}

TEST_CASE("a state that no step made moves only to tiers that there are", "[tiers]") {
  for (const int tier : {-9, 0, 3, 9, 1000}) {
    CAPTURE(tier);
    Rig rig{two_tiers()};
    rig.it.current_tier = tier;
    for (const auto& one : {opus, pro}) rig.it.not_before[one] = rig.now + 1h;
    rig.it.serving = opus;
    rig.fail(Kind::auth_error);
    CHECK(rig.it.pause_reason == PauseReason::exhausted);
  }
}

// What is known of a provider: as the store keeps it, and as the contract shows it.
#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>

#include "fleet/health_json.hpp"
#include "support/random.hpp"
#include "wire/health_json.hpp"

namespace failover = understudy::failover;
namespace fleet = understudy::daemon::fleet;
namespace wire = understudy::daemon::wire;
namespace json = boost::json;
using namespace std::chrono_literals;
using failover::Entry;
using failover::HealthState;
using failover::Instant;
using failover::Scope;

namespace {

const Instant noon{std::chrono::milliseconds{1'800'000'000'000}};

/// Any entry, also one that the machine would not make.
class Any {
 public:
  explicit Any(unsigned seed) : random_(seed) {}
  Entry entry() {
    Entry entry{.state = static_cast<HealthState>(random_.pick(6)),
                .reason = text(),
                .seen_by = text(),
                .task = text(),
                .since = instant(),
                .until = instant(),
                .length = duration(),
                .base = duration(),
                .in_place = random_.chance(50),
                .freed = names()};
    if (random_.chance(70))
      entry.kind = failover::all_kinds.at(static_cast<std::size_t>(random_.pick(failover::all_kinds.size())));
    if (random_.chance(50)) entry.trial = {text(), text(), instant(), duration()};
    if (random_.chance(50))
      entry.ramp = {random_.pick(2'000'000'000), random_.pick(9), instant(), instant(),
                    random_.chance(50),          names(),         names()};
    return entry;
  }

 private:
  std::string text() {
    static const std::vector<std::string> some{
        "", "a", "401 auth_error", "\"quoted\" \\ \n\t", std::string("\0", 1), "Über → 日本", "[]", "null"};
    return some[static_cast<std::size_t>(random_.pick(static_cast<int>(some.size())))];
  }
  std::set<std::string> names() {
    std::set<std::string> all;
    for (int left = random_.pick(4); left > 0; --left) all.insert(text());
    return all;
  }
  failover::Duration duration() { return failover::Duration{random_.pick(2'000'000'000)}; }
  Instant instant() { return random_.chance(30) ? Instant{} : noon + duration(); }

  understudy::support::Random random_;
};

json::object shown(Scope scope, const Entry& entry, Instant now = noon) {
  return json::parse(wire::health_json(scope, entry, now)).as_object();
}
json::object object(const char* text) {
  return json::parse(text).as_object();
}

Entry open_entry() {
  return {.state = HealthState::open,
          .kind = failover::Kind::quota,
          .reason = "429 quota",
          .seen_by = "reviewer-b",
          .task = "ro-1",
          .since = noon - 1min,
          .until = noon + 59min,
          .length = 60min,
          .base = 60min};
}

}  // namespace

TEST_CASE("an entry comes back from the store as it was, with what it is about", "[fleet][health]") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const auto scope = static_cast<Scope>(seed % 4);
    const failover::EntryKey key{"0123", scope, "model", "who"};
    const auto entry = Any(seed).entry();
    const auto row = fleet::health_row(key, entry);
    INFO(row.entry);
    CHECK(row.account == "0123");
    CHECK(row.scope == to_string(scope));
    REQUIRE(fleet::health_from(row) == std::pair{key, entry});
  }
  CHECK_FALSE(fleet::health_from({.account = "0123", .scope = "continent", .entry = "{}"}));
}

TEST_CASE("an entry that cannot be read begins anew; what it does not say has its default",
          "[fleet][health]") {
  const auto read = [](const char* text) {
    return fleet::health_from({.account = "0123", .scope = "tier", .entry = text}).value().second;
  };
  for (const auto* text : {"", "{", "null", "[1]", "{}", R"({"state":"asleep"})", R"({"state":7,"kind":"x"})",
                           R"({"since":"noon","until":1.5,"length_ms":null,"in_place":1})",
                           R"({"trial":[],"ramp":"steep","freed":{"a":1}})", R"({"reason":["401"]})"}) {
    INFO(text);
    CHECK(read(text) == Entry{});
  }
  CHECK(read(R"({"state":"due","freed":["a","b"],"ramp":{"places":4},"later":1})") ==
        Entry{.state = HealthState::due, .ramp = {.places = 4}, .freed = {"a", "b"}});
}

TEST_CASE("text that is not UTF-8 spoils nothing but itself", "[fleet][health]") {
  auto entry = open_entry();
  entry.reason = "401 \xff";
  const auto back = fleet::health_from(fleet::health_row({"0123"}, entry)).value().second;
  CHECK(back.reason == "401 \xef\xbf\xbd");
  CHECK(back.until == entry.until);
}

TEST_CASE("what is out says why, since when, until when, and who saw it", "[wire][health]") {
  CHECK(shown(Scope::account, open_entry()) ==
        object(R"({"state":"open","scope":"account","kind":"quota","reason":"429 quota",
                   "since":1799999940000,"until":1800003540000,"seen_by":"reviewer-b"})"));
}

TEST_CASE("a time that has passed makes it due, whether or not that was noticed", "[wire][health]") {
  const auto at = [](const Entry& entry, Instant now) {
    return std::string(shown(Scope::tier, entry, now).at("state").as_string());
  };
  auto entry = open_entry();
  CHECK(at(entry, entry.until - 1ms) == "open");
  CHECK(at(entry, entry.until) == "due");
  CHECK(shown(Scope::tier, entry, entry.until).at("until") == 1'800'003'540'000);
  entry.state = HealthState::trial;
  entry.trial = {.attempt = "at-1", .agent = "reviewer-c", .until = noon + 120s, .grace = 120s};
  CHECK(at(entry, noon) == "trial");
  CHECK(at(entry, noon + 120s) == "due");
}

TEST_CASE("a clock that was set back makes nothing longer", "[wire][health]") {
  const auto entry = open_entry();
  CHECK(shown(Scope::tier, entry, noon - 24h).at("until") == (noon - 23h).time_since_epoch().count());
}

TEST_CASE("a trial names the agent that goes first, a ramp how many may begin", "[wire][health]") {
  auto entry = open_entry();
  entry.state = HealthState::trial;
  entry.trial = {.attempt = "at-1", .agent = "reviewer-c", .until = noon + 120s, .grace = 120s};
  CHECK(shown(Scope::tier, entry).at("trial_by") == "reviewer-c");
  CHECK_FALSE(shown(Scope::tier, open_entry()).contains("trial_by"));
  entry = {.state = HealthState::ramping, .since = noon, .ramp = {.places = 4, .step = 1}};
  CHECK(shown(Scope::tier, entry) ==
        object(R"({"state":"ramping","scope":"tier","since":1800000000000,"ramp":4})"));
}

TEST_CASE("a missing key has no time; what is well has only its scope", "[wire][health]") {
  const Entry missing{.state = HealthState::unconfigured, .reason = "KEY is not set", .since = noon};
  CHECK(shown(Scope::account, missing) ==
        object(
            R"({"state":"unconfigured","scope":"account","reason":"KEY is not set","since":1800000000000})"));
  auto past = open_entry();
  past.state = HealthState::closed;
  CHECK(shown(Scope::agent, past) == object(R"({"state":"closed","scope":"agent"})"));
  CHECK(wire::closed_health_json(Scope::host) == R"({"state":"closed","scope":"host"})");
}

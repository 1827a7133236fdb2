// The example of step.hpp, line for line, with a store, an engine and a timer of a few words.
#include <fstream>
#include <iterator>
#include <sstream>

#include "rig.hpp"

using namespace rig;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Embedder {
  struct Store {
    int commits{0};
    void commit(const Persisted&, const std::vector<Fact>&) { ++commits; }
  };
  struct Engine {
    std::vector<Effect> asked{};
    void carry_out(const Effect& effect) { asked.push_back(effect); }
  };
  struct Timer {
    std::optional<Steady> at{};
    void wake_at(std::optional<Steady> when) { at = when; }
  };
  Policy policy{};
  Instance instance{};
  Store store{};
  Engine engine{};
  Timer timer{};
  [[nodiscard]] static Now now() { return {Instant{1'700'000'000'000ms}, 5'000'000ms, 0.5}; }

  void handle(const Event& event) {
    auto [state, facts, effects] = step(policy, std::move(instance), event, now());
    store.commit(state, facts);  // before any effect leaves
    instance = std::move(state);
    for (const Effect& effect : effects) engine.carry_out(effect);
    timer.wake_at(next_deadline(policy, instance));  // to handle(Ticked{})
  }
  void happen() {
    handle(Restarted{});
    handle(Snapshot{});
    handle(SpecChanged{{.generation = 1, .hash = "of the configuration"}});
    handle(Acquire{.id = "task-1"});
  }
};

}  // namespace

TEST_CASE("The example of the main header does what it says", "[container]") {
  Embedder embedder;
  embedder.happen();
  REQUIRE(embedder.engine.asked.size() == 1);
  CHECK(std::get<Create>(embedder.engine.asked[0]).spec.generation == 1);
  embedder.handle(Release{"task-1"});
  CHECK(embedder.store.commits == 5);
}

TEST_CASE("The example of the main header is the one that is tested", "[container]") {
  const auto header =
      text_of(UNDERSTUDY_TEST_DATA "/../../libcontainer/include/understudy/container/step.hpp");
  const auto tested = text_of(__FILE__);
  int lines = 0;
  std::istringstream comment(header.substr(0, header.find("#include")));
  for (std::string line; std::getline(comment, line);) {
    const auto code = line.find_first_not_of("/ ");
    if (!line.starts_with("//   ") || code == std::string::npos) continue;
    line.erase(
        std::min(line.size(), line.find(";  ") == std::string::npos ? line.size() : line.find(";  ") + 1));
    CHECK_THAT(tested, Catch::Contains(line.substr(code)));
    ++lines;
  }
  CHECK(lines == 12);
}

// A mount that gives agents the daemon's own state causes a warning, however it is written.
#include "config/state_mounts.hpp"

#include "daemon/config_fixture.hpp"
#include "daemon/runtime_fixture.hpp"

using namespace config_world;
namespace fs = std::filesystem;
using understudy::daemon::testing::Scratch;

namespace {

std::vector<config::Problem> warned(const std::string& source, const std::string& state_dir,
                                    bool read_only = false) {
  auto document = with(minimal(), "/agent_types/reviewer/container",
                       json::value{{"mode", "docker"}, {"image", "busybox"}, {"mounts", json::array{}}});
  document = with(document, "/agent_types/reviewer/container/mounts",
                  json::array{{{"source", "/usr/share"}, {"target", "/data"}},
                              {{"source", source}, {"target", "/host"}, {"read_only", read_only}}});
  const auto parsed = config::parse_config(document);
  REQUIRE(parsed.config);
  return config::mounts_of_state(*parsed.config, state_dir);
}

}  // namespace

TEST_CASE("a mount around, at or within the state directory is a warning", "[config][mounts]") {
  const Scratch scratch;
  const auto state = scratch / "var/state";
  fs::create_directories(state + "/agents/w/spool");
  fs::create_directory_symlink(scratch / "var", scratch / "link");
  const std::vector<std::string> sources{"/",
                                         scratch.path(),
                                         scratch / "var",
                                         scratch / "var/",
                                         state,
                                         state + "/",
                                         state + "/agents/w",
                                         state + "/not-there-yet",
                                         scratch / "link",
                                         scratch / "link/state/agents",
                                         scratch / "var/../var/./state",
                                         scratch / "var//state"};
  for (const auto& source : sources) {
    CAPTURE(source);
    const auto found = warned(source, state);
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == "/agent_types/reviewer/container/mounts/1/source");
    CHECK_THAT(found[0].reason, Catch::Contains(state) && Catch::Contains("read and change"));
    CHECK_THAT(warned(source, state, true).at(0).reason, !Catch::Contains("change"));
    CHECK(warned(source, scratch / "link/state/").size() == 1);
  }
}

TEST_CASE("a mount beside the state directory causes no warning", "[config][mounts]") {
  const Scratch scratch;
  const auto state = scratch / "var/state";
  fs::create_directories(state);
  for (const auto* source : {"var/state2", "var/stat", "other", "var/state/../work"})
    CHECK(warned(scratch / source, state).empty());
}

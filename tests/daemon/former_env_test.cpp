// What an agent was given stays a secret when it is given something else: also after a restart.
#include <catch2/catch.hpp>
#include <fstream>

#include "app/secrets.hpp"
#include "daemon/runtime_fixture.hpp"
#include "edge/env_file.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::ports;
namespace fs = std::filesystem;

namespace {

struct Quiet final : Log {
  void write(LogLevel, std::string_view, Fields) override {}
};

void give(const testing::Scratch& scratch, const std::string& text) {
  Quiet log;
  edge::write_env_file({"box", scratch / "agents/box/env", text}, log);
}

std::string shown_after_restart(const testing::Scratch& scratch, const std::string& said) {
  app::Secrets secrets(std::string(64, 't'));
  secrets.follow_env_files(scratch.path());
  return secrets.redact(said);
}

}  // namespace

TEST_CASE("variables that a container was given earlier are masked after a restart", "[secrets]") {
  const testing::Scratch scratch;
  give(scratch, "PATH=/usr/bin\nDB_PASSWORD=first-password\nANTHROPIC_MODEL=former-model-name\n");
  give(scratch, "PATH=/usr/bin\nDB_PASSWORD=second-password\n");
  give(scratch, "PATH=/usr/bin\nDB_PASSWORD=third-password\n");
  give(scratch, "PATH=/usr/bin\nDB_PASSWORD=third-password\n");
  CHECK(shown_after_restart(scratch, "first-password second-password third-password /usr/bin") ==
        "••• ••• ••• /usr/bin");
  CHECK(shown_after_restart(scratch, "former-model-name") == "former-model-name");
  CHECK(fs::status(edge::former_env_file(scratch / "agents/box/env")).permissions() == fs::perms(0600));
}

TEST_CASE("a tier that comes and goes does not make the list of former variables longer", "[secrets]") {
  const testing::Scratch scratch;
  for (int i = 0; i < 10; ++i) give(scratch, "KEY=key-of-tier-" + std::to_string(i % 2) + "\n");
  std::ifstream file(edge::former_env_file(scratch / "agents/box/env"));
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "KEY=key-of-tier-0\nKEY=key-of-tier-1\n");
  for (int i = 0; i < 100; ++i) give(scratch, "KEY=another-" + std::to_string(i) + "\n");
  CHECK(fs::file_size(edge::former_env_file(scratch / "agents/box/env")) < 64 * 16);
  CHECK(shown_after_restart(scratch, "another-98") == "•••");
}

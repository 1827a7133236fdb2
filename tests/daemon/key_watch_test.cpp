// Providers' keys in files: brought, replaced and taken away while the daemon runs.
#include "app/key_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>

#include "daemon/runtime_fixture.hpp"

using namespace understudy::daemon;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct Notes final : ports::Log {
  std::vector<std::string> lines{};
  void write(ports::LogLevel level, std::string_view text, Fields fields) override {
    std::string line(level == ports::LogLevel::warning ? "warning: " : "");
    line += text;
    for (const auto& [name, value] : fields) line += " " + std::string(value);
    lines.push_back(std::move(line));
  }
};

struct World {
  testing::Scratch scratch{};
  std::string file{scratch / "key"};
  asio::io_context io{};
  app::ProviderKeys keys{};
  app::Secrets secrets{std::string(64, 't')};
  offload::Disk disk{2};
  edge::TaskGroup tasks{io, [](std::string_view) {}};
  Notes log{};
  app::KeyWatch watch{keys, secrets, disk, tasks, log};
  int changes{0};

  World() {
    watch.on_change = [this] { ++changes; };
  }
  void write(const std::string& text) const {
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms(0600));
  }
  void look(std::vector<std::string> paths, std::chrono::milliseconds patience = 60s) {
    asio::co_spawn(io, watch.read_first(std::move(paths), patience), asio::detached);
    io.restart();
    io.run_for(patience + 10ms);
  }
  void look() { look({file}); }
};

}  // namespace

TEST_CASE("a key in a file is there once it was read, and masked from then on", "[keys]") {
  World world;
  CHECK(world.keys.in_file(world.file) == std::unexpected(world.file + " has not been read yet"));
  world.write("sk-the-first\n");
  world.look();
  CHECK(world.keys.in_file(world.file) == "sk-the-first");
  CHECK(world.secrets.redact("refused: sk-the-first") == "refused: •••");
  CHECK(world.changes == 1);
  world.look();
  CHECK(world.changes == 1);
}

TEST_CASE("at the start keys are read before there is a loop", "[keys]") {
  World world;
  world.write("sk-the-first");
  world.watch.read_now({world.scratch / "missing", world.file});
  CHECK(world.keys.in_file(world.file) == "sk-the-first");
  CHECK_FALSE(world.keys.in_file(world.scratch / "missing"));
  CHECK(world.secrets.redact("sk-the-first") == "•••");
}

TEST_CASE("a replaced key is the new one at the next look, and both stay masked", "[keys]") {
  World world;
  world.write("sk-the-first");
  world.look();
  world.write("sk-the-other");
  world.look();
  CHECK(world.keys.in_file(world.file) == "sk-the-other");
  CHECK(world.changes == 2);
  CHECK(world.secrets.redact("sk-the-first, sk-the-other") == "•••, •••");
  for (const auto& line : world.log.lines) CHECK(line == "a provider's key was read " + world.file);
}

TEST_CASE("a key that appears is news, one that is still missing is not", "[keys]") {
  World world;
  world.look();
  CHECK(world.keys.in_file(world.file) ==
        std::unexpected(world.file + " cannot be read: No such file or directory"));
  world.write("");
  world.look();
  CHECK(world.keys.in_file(world.file) == std::unexpected(world.file + " is empty"));
  CHECK(world.changes == 0);
  world.write("sk-the-first");
  world.look();
  CHECK(world.keys.in_file(world.file) == "sk-the-first");
  CHECK(world.changes == 1);
}

TEST_CASE("a key is given up when it is missing twice: its file may be about to be written again", "[keys]") {
  World world;
  world.write("sk-the-first");
  world.look();
  world.write("");
  world.look();
  CHECK(world.keys.in_file(world.file) == "sk-the-first");
  SECTION("it is there again") {
    world.write("sk-the-other");
    world.look();
    CHECK(world.keys.in_file(world.file) == "sk-the-other");
    world.write("");
    world.look();
    CHECK(world.keys.in_file(world.file) == "sk-the-other");
  }
  SECTION("it is gone") {
    world.look();
    CHECK(world.keys.in_file(world.file) == std::unexpected(world.file + " is empty"));
    CHECK(world.changes == 2);
    CHECK(world.log.lines.back() == "warning: a provider's key is gone " + world.file + " is empty");
    world.look();
    CHECK(world.changes == 2);
  }
}

TEST_CASE("a disk that hangs is waited for with patience, and delays no other file", "[keys]") {
  World world;
  world.write("sk-the-first");
  const auto stuck = world.scratch / "stuck";
  std::promise<void> release;
  auto hang = [&release] { release.get_future().wait(); };
  asio::co_spawn(world.io, world.disk.at("key file " + stuck, std::move(hang)), asio::detached);
  world.look({stuck, world.file}, 20ms);
  CHECK(world.keys.in_file(stuck) == std::unexpected(stuck + " has not been read yet"));
  world.look({stuck, world.file}, 20ms);
  CHECK(world.keys.in_file(world.file) == "sk-the-first");
  release.set_value();
  world.io.restart();
  world.io.run();
  CHECK(world.keys.in_file(stuck) == std::unexpected(stuck + " cannot be read: No such file or directory"));
}

TEST_CASE("a file that the configuration no longer names is forgotten", "[keys]") {
  World world;
  world.write("sk-the-first");
  world.look();
  world.watch.follow({});
  CHECK(world.keys.in_file(world.file) == std::unexpected(world.file + " has not been read yet"));
}

TEST_CASE("agents may read neither a key file nor what it leads to", "[keys]") {
  World world;
  std::filesystem::create_directory(world.scratch / "v1");
  std::ofstream(world.scratch / "v1/key") << "sk-the-first";
  std::filesystem::create_symlink("v1/key", world.file);
  world.look();
  CHECK(world.keys.places() ==
        std::vector<std::string>{world.file, std::filesystem::canonical(world.file).string()});
}

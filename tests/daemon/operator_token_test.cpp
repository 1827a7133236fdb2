#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "http/operator_token.hpp"
#include "support/scratch.hpp"

namespace http = understudy::daemon::http;
namespace fs = std::filesystem;

namespace {

const std::string token(64, 'a');

struct TokenFile {
  understudy::support::Scratch folder{};
  fs::path path{folder / "operator-token"};
};

}  // namespace

TEST_CASE("the token file is created once, private and random", "[auth]") {
  const TokenFile file;
  const auto made = http::load_or_create_token(file.path);
  REQUIRE(made);
  CHECK(made->size() == 64);
  CHECK(http::load_or_create_token(file.path) == made);
  CHECK(http::load_token(file.path) == made);
  CHECK(fs::status(file.path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(std::distance(fs::directory_iterator(file.folder.path()), fs::directory_iterator{}) == 1);
}

TEST_CASE("the permissions of a token that others can read are narrowed", "[auth]") {
  const TokenFile file;
  std::ofstream(file.path) << token << "\n";
  fs::permissions(file.path, fs::perms(0644));
  CHECK(http::load_or_create_token(file.path) == token);
  CHECK(fs::status(file.path).permissions() == fs::perms(0600));
}

TEST_CASE("a token that another user owns or could have changed is refused", "[auth]") {
  const TokenFile file;
  std::ofstream(file.path) << token << "\n";
  SECTION("written by others") {
    fs::permissions(file.path, fs::perms(GENERATE(0622, 0660, 0602)));
  }
  SECTION("of another user") {
    if (::chown(file.path.c_str(), 65534, 65534) != 0) return;  // only root can give files away
  }
  const auto loaded = http::load_or_create_token(file.path);
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error(), Catch::Contains(file.path.string()));
}

TEST_CASE("an invalid token file is named, never replaced", "[auth]") {
  const TokenFile file;
  const std::string content =
      GENERATE(std::string(), std::string("short"), token + " " + token, std::string(300, 'a'));
  std::ofstream(file.path) << content;
  const auto loaded = http::load_or_create_token(file.path);
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error(), Catch::Contains(file.path.string()));
  CHECK(fs::file_size(file.path) == content.size());
}

// A spool as whatever runs in the container leaves it: looking neither blocks nor leads out of it.
#include <sys/random.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "fuzz/input.hpp"
#include "runtime/spool.hpp"
#include "support/scratch.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::files;
using namespace understudy::daemon::runtime;
namespace fs = std::filesystem;

namespace {

/// The host's own words, other ones each time: no input can hold them.
std::string made_up() {
  std::string words(24, '\0');
  fuzz::require(::getrandom(words.data(), words.size(), 0) == static_cast<ssize_t>(words.size()),
                "random words");
  return words;
}
const std::string secret = made_up();

/// Whether `text` has the secret in it, found in a way that libFuzzer does not watch: it learns what inputs
/// are compared with, and would write the secret itself.
__attribute__((no_sanitize("coverage"))) bool tells(std::string_view text) {
  for (std::size_t from = 0; from + secret.size() <= text.size(); ++from) {
    std::size_t same = 0;
    while (same < secret.size() && text[from + same] == secret[same]) ++same;
    if (same == secret.size()) return true;
  }
  return false;
}

/// A machine's directory with one attempt in it, in memory where that is possible.
struct Place {
  understudy::support::Scratch root{understudy::support::memory()};
  std::string spool;
  fs::path secrets;

  Place() {
    spool = root / "agent/spool/at-1";
    secrets = root / "secrets";
    fs::create_directories(secrets);
    for (const auto* name : {"output", "stderr", "status", "pid", "lock"})
      std::ofstream(secrets / name) << secret;
  }
};

void plant(const Place& place, const std::string& name, unsigned kind, std::string_view text) {
  const auto path = fs::path(place.spool) / name;
  std::error_code ignored;
  fs::remove_all(path, ignored);
  switch (kind % 10) {
    case 0: return;
    case 1: fs::create_symlink(place.secrets / name, path, ignored); return;
    case 2: fs::create_hard_link(place.secrets / name, path, ignored); return;
    case 3: static_cast<void>(::mkfifo(path.c_str(), 0666)); return;
    case 4: fs::create_directory(path, ignored); return;
    case 5: fs::create_symlink("../../../secrets/" + name, path, ignored); return;
    case 6: fs::create_symlink(name, path, ignored); return;
    case 7:
      std::ofstream(path) << text;
      fs::resize_file(path, text.size() + (1U << 30), ignored);
      return;
    default: std::ofstream(path) << text; return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  static const Place place;
  fuzz::require(prepare_spool(place.spool, "input", false).has_value(), "a spool");
  const bool as_a_link = input.byte() % 16 == 0;
  for (const auto* name : {"status", "output", "stderr", "lock", "pid"}) {
    const auto kind = input.byte();
    plant(place, name, kind, input.line());
  }
  if (as_a_link) {  // the whole directory is another's
    fs::remove_all(place.spool);
    fs::create_directory_symlink(place.secrets, place.spool);
  }
  Spool spool(place.spool);
  const auto state = spool.look();
  fuzz::require(state.phase != TaskPhase::running, "nobody holds its lock");
  std::string said = state.end.error + state.error;
  for (const auto stream : {Spool::output, Spool::errors})
    for (int portion = 0; portion < 4; ++portion)
      if (const auto bytes = spool.read_more(stream, 64 * 1024)) said += *bytes;
  if (const auto transcript = open_transcript(place.spool))
    if (const auto bytes = read_at(transcript->descriptor.get(), 0, 4096)) said += *bytes;
  fuzz::require(!tells(said), "nothing of the host's is read");
  static_cast<void>(spool.size());
  static_cast<void>(is_taken_over(place.spool));
  cut_spool(place.spool, 16);
  retire_spool(place.spool);
  for (const auto& entry : fs::directory_iterator(place.secrets))
    fuzz::require(fs::file_size(entry.path()) == secret.size(), "nothing of the host's is cut or moved");
  if (as_a_link) {
    std::error_code ignored;
    fs::remove(place.spool, ignored);
  }
  fs::remove_all(place.root / "agent/archive");
  return 0;
}

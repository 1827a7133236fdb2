#include "app/limits.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace understudy::daemon::app {

namespace {

/// The database, the listener, clients' connections and files opened by turns.
constexpr std::uint64_t files_for_daemon = 1'200;
/// Measured with all of them busy: 2.5 an instance.
constexpr std::uint64_t files_for_two_instances = 5;
constexpr int large_block = 128 * 1024;

}  // namespace

OpenFiles prepare_process() {
  // glibc raises this threshold to the largest block freed, up to 32 MiB; memory of large requests then stays
  // between small blocks, which doubled the memory at rest.
  ::mallopt(M_MMAP_THRESHOLD, large_block);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return {};
  OpenFiles found{files.rlim_cur, files.rlim_cur};
  files.rlim_cur = files.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &files) == 0) found.most = files.rlim_max;
  return found;
}

std::uint64_t max_open_files() {
  rlimit files{};
  return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : 0;
}

std::optional<std::string> too_few_open_files(const config::Config& config, std::uint64_t most) {
  std::uint64_t instances = 0;
  for (const auto& [name, type] : config.agent_types) instances += type.instances.size();
  const auto wanted = files_for_daemon + (instances * files_for_two_instances + 1) / 2;
  if (most >= wanted) return std::nullopt;
  return fmt::format(
      "the hard limit of open files is {}, and {} about {}: raise it (LimitNOFILE= in the unit, or ulimit "
      "-Hn)",
      most, instances == 1 ? "one instance needs" : fmt::format("{} instances need", instances), wanted);
}

}  // namespace understudy::daemon::app

#include "runtime/process/fresh.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "files/descriptor.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::runtime {

namespace {

constexpr std::string_view prefix = ".former-";

std::vector<std::string> names_in(int directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::fdopendir(::dup(directory)), ::closedir);
  if (list) ::rewinddir(list.get());  // the copy shares its place with the original
  while (const auto* entry = list ? ::readdir(list.get()) : nullptr)
    if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  return names;
}

/// A directory of ours, opened even if its owner may not: links are not followed.
int open_directory(int parent, const char* name) {
  const files::Descriptor place(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!place) return -1;
  (void)::chmod(fmt::format("/proc/self/fd/{}", place.get()).c_str(), S_IRWXU);
  return ::openat(place.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// However deep it is: what lies in a subdirectory is brought up before that is removed, so neither the stack
/// nor the number of descriptors grows with what an agent made.
void delete_tree(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return;  // a link in its place, say
  const files::Descriptor top(open_directory(AT_FDCWD, path.c_str()));
  const auto unique = wire::random_id(prefix, 12);
  std::uint64_t brought_up = 0;
  for (bool went_on = true; std::exchange(went_on, false);)
    for (const auto& name : names_in(top.get())) {
      if (::unlinkat(top.get(), name.c_str(), 0) == 0) continue;
      const files::Descriptor below(open_directory(top.get(), name.c_str()));
      for (const auto& inner : names_in(below.get())) {
        if (::unlinkat(below.get(), inner.c_str(), 0) == 0) continue;
        { const files::Descriptor writable(open_directory(below.get(), inner.c_str())); }
        const auto fresh_name = fmt::format("{}-{}", unique, brought_up++);
        went_on |= ::renameat(below.get(), inner.c_str(), top.get(), fresh_name.c_str()) == 0;
      }
      (void)::unlinkat(top.get(), name.c_str(), AT_REMOVEDIR);
    }
  (void)::rmdir(path.c_str());
}

void delete_in_background(std::vector<std::string> paths) {
  if (paths.empty()) return;
  // Nobody waits for it: what is left when the daemon ends is deleted by the next one.
  std::thread([paths = std::move(paths)] {
    for (const auto& path : paths) delete_tree(path);
  }).detach();
}

}  // namespace

std::expected<void, std::string> set_aside(const std::string& agent_dir) {
  std::vector<std::string> former;
  for (const auto* part : {"work", "home"}) {
    const auto path = fmt::format("{}/{}", agent_dir, part);
    auto aside = fmt::format("{}/{}", agent_dir, wire::random_id(std::string(prefix), 12));
    if (::rename(path.c_str(), aside.c_str()) == 0)
      former.push_back(std::move(aside));
    else if (errno != ENOENT)
      return std::unexpected(fmt::format("{} of an earlier task cannot be set aside: {}", path,
                                         std::generic_category().message(errno)));
  }
  delete_in_background(std::move(former));
  return {};
}

void delete_what_was_set_aside(const std::string& agent_dir) {
  std::vector<std::string> former;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(agent_dir, ignored))
    if (entry.path().filename().string().starts_with(prefix)) former.push_back(entry.path().string());
  delete_in_background(std::move(former));
}

}  // namespace understudy::daemon::runtime

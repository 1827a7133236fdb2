// What a container may take and do: limits, user, capabilities, what it may write.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "config/capabilities.hpp"
#include "config/parse_agent_type.hpp"
#include "config/reader.hpp"
#include "config/tmpfs_options.hpp"
#include "text/ascii.hpp"
#include "text/number.hpp"

namespace understudy::daemon::config {

namespace {

void read_capabilities(Reader& reader, std::string_view key, std::vector<std::string>& to) {
  if (!reader.take(key)) return;
  std::vector<std::string> names;
  reader.texts(key, names, [](const std::string& name) -> std::string {
    return capability(name) ? "" : fmt::format("'{}' is not a capability of Linux, nor ALL", name);
  });
  to.clear();
  for (const auto& name : names) to.push_back(*capability(name));
  std::ranges::sort(to);
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

bool all_of(std::string_view text, bool (*holds)(char)) {
  return !text.empty() && std::ranges::all_of(text, holds);
}

/// A name, or a number in the range of the kernel.
std::string identity_problem(std::string_view text) {
  if (all_of(text, text::is_digit)) {
    constexpr auto max = std::numeric_limits<std::int32_t>::max();
    return text::parse_number<std::int32_t>(text) ? "" : fmt::format("the number {} is beyond {}", text, max);
  }
  const bool named =
      all_of(text, [](char c) { return text::is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
  return named && text.front() != '-' ? "" : "must be a name or a number, or two of them as user:group";
}

void read_user(Reader& reader, std::string& user) {
  if (const auto* value = reader.take("user"); value && value->is_number()) {
    std::int64_t uid = 0;
    reader.integer("user", uid, 0, std::numeric_limits<std::int32_t>::max());
    user = std::to_string(uid);
    return;
  }
  reader.text("user", user, false);
  if (user.empty()) return;
  const auto colon = user.find(':');
  auto problem = identity_problem(std::string_view(user).substr(0, colon));
  if (problem.empty() && colon != user.npos)
    problem = identity_problem(std::string_view(user).substr(colon + 1));
  if (!problem.empty()) reader.error("user", std::move(problem));
}

void read_gpus(Reader& reader, ports::Gpus& gpus) {
  const auto* value = reader.take("gpus");
  if (!value) return;
  if (value->is_string() && value->get_string() == "all") {
    gpus.all = true;
  } else if (value->is_number()) {
    reader.whole("gpus", gpus.count, 0, 1024);
  } else if (value->is_array()) {
    reader.texts("gpus", gpus.devices, [](const std::string& id) -> std::string {
      const bool plain = all_of(id, [](char c) { return c > ' ' && c < '\x7f' && c != ','; });
      return plain ? "" : "must be the id of one device, such as \"0\" or \"GPU-…\"";
    });
  } else {
    reader.wrong("gpus", "must be \"all\", a number, or a list of device ids", *value);
  }
}

class TmpfsList {
 public:
  TmpfsList(Reader& reader, Parsed& out, Container& container)
      : reader_(reader), out_(out), container_(container) {}

  void read(const boost::json::value& value) {
    if (value.is_string()) {  // one path, as in Compose
      add(value.get_string(), reader_.path("tmpfs"));
    } else if (const auto* list = value.if_array()) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        const auto where = fmt::format("{}/{}", reader_.path("tmpfs"), i);
        if (const auto* text = (*list)[i].if_string())
          add(*text, where);
        else
          problem(where, "must be a string, got " + describe((*list)[i]));
      }
    } else if (const auto* map = value.if_object()) {
      for (const auto& [path, options] : *map) {
        const auto where = reader_.path("tmpfs") + "/" + pointer_escape(path);
        if (const auto* text = options.if_string())
          add(path, *text, where);
        else
          problem(where, "must be a string of mount options, got " + describe(options));
      }
    } else {
      reader_.wrong("tmpfs", "must be a list of paths, or an object of paths and their mount options", value);
    }
  }

 private:
  void problem(const std::string& where, std::string reason) {
    out_.errors.push_back({where, std::move(reason)});
  }
  void add(std::string_view text, const std::string& where) {
    const auto colon = text.find(':');
    add(text.substr(0, colon), colon == text.npos ? "" : text.substr(colon + 1), where);
  }
  void add(std::string_view path, std::string_view options, const std::string& where) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (auto wrong = tmpfs_path_problem(path); !wrong.empty()) return problem(where, std::move(wrong));
    if (auto wrong = tmpfs_options_problem(options); !wrong.empty()) return problem(where, std::move(wrong));
    const auto same = [&](const auto& other) { return other.path == path; };
    const auto mounted = [&](const auto& mount) { return mount.target == path; };
    auto& list = container_.containment.tmpfs;
    if (std::ranges::any_of(list, same) || std::ranges::any_of(container_.mounts, mounted))
      return problem(where, fmt::format("'{}' occurs twice, here or in mounts", path));
    list.push_back({std::string(path), std::string(options)});
  }

  Reader& reader_;
  Parsed& out_;
  Container& container_;
};

void read_tmpfs(Reader& reader, Parsed& out, Container& to) {
  if (const auto* value = reader.take("tmpfs"))
    TmpfsList(reader, out, to).read(*value);
  else if (to.containment.read_only)
    to.containment.tmpfs = {{"/tmp", ""}};  // hardly any program works without
}

bool inside(std::string_view path, std::string_view directory) {
  return path == directory || (path.starts_with(directory) && path.substr(directory.size()).starts_with('/'));
}

bool writable_in(const Container& container, std::string_view path) {
  return std::ranges::any_of(container.containment.tmpfs,
                             [&](const auto& tmpfs) { return inside(path, tmpfs.path); }) ||
         std::ranges::any_of(container.mounts, [&](const auto& mount) { return inside(path, mount.target); });
}

void warn(Reader& reader, const Container& to) {
  const auto& contained = to.containment;
  if (std::ranges::find(contained.cap_add, "ALL") != contained.cap_add.end())
    reader.warning("cap_add", "gives an agent every capability: it is then root on this machine");
  else
    for (const auto& name : contained.cap_add)
      if (std::ranges::find(contained.cap_drop, name) != contained.cap_drop.end())
        reader.warning("cap_drop", fmt::format("{} is in cap_add too, which wins", name));
  if (contained.read_only && !to.workdir.empty() && !writable_in(to, to.workdir))
    reader.warning("workdir",
                   "cannot be written to: the root is read_only, and neither tmpfs nor mounts have it");
}

void warn_of_mode(Reader& reader, Mode mode) {
  if (mode == Mode::docker) return;
  const auto unused = [&](std::initializer_list<std::string_view> keys) {
    for (const auto key : keys)
      if (reader.has(key)) reader.warning(key, fmt::format("has no effect in {} mode", to_string(mode)));
  };
  unused({"network", "cpus", "user", "cap_drop", "cap_add", "read_only", "tmpfs", "gpus"});
  if (mode == Mode::host)
    unused({"mounts", "memory_mb", "pids_limit", "no_new_privileges", "log_max_mb", "ephemeral", "warm"});
}

}  // namespace

void read_containment(Reader& reader, Parsed& out, Container& to) {
  auto& contained = to.containment;
  constexpr double nano = 1e9;
  double cpus = 0;
  reader.decimal("cpus", cpus, 0.01, 10000);
  contained.nano_cpus = std::llround(cpus * nano);
  reader.integer("pids_limit", contained.pids_limit, -1, 4194304);
  contained.pids_limit = std::max<std::int64_t>(contained.pids_limit, 0);  // -1 is Docker's word for none
  read_user(reader, contained.user);
  read_capabilities(reader, "cap_drop", contained.cap_drop);
  read_capabilities(reader, "cap_add", contained.cap_add);
  reader.flag("no_new_privileges", contained.no_new_privileges);
  reader.flag("read_only", contained.read_only);
  read_tmpfs(reader, out, to);
  read_gpus(reader, contained.gpus);
  reader.mebibytes("log_max_mb", to.log_max_bytes, 0.1, 1 << 20);
  reader.flag("ephemeral", to.ephemeral);
  warn(reader, to);
  warn_of_mode(reader, to.mode);
}

}  // namespace understudy::daemon::config

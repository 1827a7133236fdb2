#include "config/capabilities.hpp"

#include <algorithm>
#include <array>

#include "text/ascii.hpp"

namespace understudy::daemon::config {

std::optional<std::string> capability(std::string_view name) {
  static constexpr std::array<std::string_view, 42> known{"ALL",
                                                          "AUDIT_CONTROL",
                                                          "AUDIT_READ",
                                                          "AUDIT_WRITE",
                                                          "BLOCK_SUSPEND",
                                                          "BPF",
                                                          "CHECKPOINT_RESTORE",
                                                          "CHOWN",
                                                          "DAC_OVERRIDE",
                                                          "DAC_READ_SEARCH",
                                                          "FOWNER",
                                                          "FSETID",
                                                          "IPC_LOCK",
                                                          "IPC_OWNER",
                                                          "KILL",
                                                          "LEASE",
                                                          "LINUX_IMMUTABLE",
                                                          "MAC_ADMIN",
                                                          "MAC_OVERRIDE",
                                                          "MKNOD",
                                                          "NET_ADMIN",
                                                          "NET_BIND_SERVICE",
                                                          "NET_BROADCAST",
                                                          "NET_RAW",
                                                          "PERFMON",
                                                          "SETFCAP",
                                                          "SETGID",
                                                          "SETPCAP",
                                                          "SETUID",
                                                          "SYSLOG",
                                                          "SYS_ADMIN",
                                                          "SYS_BOOT",
                                                          "SYS_CHROOT",
                                                          "SYS_MODULE",
                                                          "SYS_NICE",
                                                          "SYS_PACCT",
                                                          "SYS_PTRACE",
                                                          "SYS_RAWIO",
                                                          "SYS_RESOURCE",
                                                          "SYS_TIME",
                                                          "SYS_TTY_CONFIG",
                                                          "WAKE_ALARM"};
  std::string capitals(name);
  std::ranges::transform(capitals, capitals.begin(), text::to_upper);
  if (capitals.starts_with("CAP_")) capitals.erase(0, 4);
  return std::ranges::find(known, capitals) == known.end() ? std::nullopt : std::optional(capitals);
}

}  // namespace understudy::daemon::config

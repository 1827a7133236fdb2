#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::files {

/// Why something was not seen. Only `absent` says that nothing is there.
enum class Unseen : std::uint8_t {
  absent,    ///< nothing has that name
  tampered,  ///< what has that name is not ours: a link, a FIFO, a device, a directory for a file…
  unknown,   ///< the system could not say: no descriptor left, no right, a bad disk. Look again
};

struct Fault {
  Unseen why{Unseen::unknown};
  int error{0};  ///< errno, for the sentence
  bool operator==(const Fault&) const = default;
};

template <class T>
using Seen = std::expected<T, Fault>;

/// What an errno says about a name.
[[nodiscard]] Fault fault_of(int error);
/// The fault of the call that has just failed.
[[nodiscard]] std::unexpected<Fault> unseen();
/// "status is not a plain file", "status cannot be read: Too many open files".
[[nodiscard]] std::string describe(const Fault& fault, std::string_view name);
[[nodiscard]] std::string describe_errno(int error);

}  // namespace understudy::daemon::files

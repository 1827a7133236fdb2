#pragma once
#include <cstdint>
#include <string_view>
#include <variant>

namespace understudy::daemon::http {

struct WholeFile {
  bool operator==(const WholeFile&) const = default;
};
struct PartOfFile {
  std::uint64_t offset{0};
  std::uint64_t length{0};
  bool operator==(const PartOfFile&) const = default;
};
struct Unsatisfiable {
  bool operator==(const Unsatisfiable&) const = default;
};
using RangeAnswer = std::variant<WholeFile, PartOfFile, Unsatisfiable>;

/// What `Range: bytes=…` asks of that many bytes. Several ranges, other units, bad syntax and an empty
/// file mean the whole file, as the standard lets a server do.
[[nodiscard]] RangeAnswer parse_range(std::string_view header, std::uint64_t size);

}  // namespace understudy::daemon::http

#pragma once
#include <cstdint>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/budget.hpp"

namespace understudy::daemon::otlp {

/// Tag of a string, bytes or message field.
[[nodiscard]] constexpr auto bytes_of(std::uint32_t field) {
  return protozero::tag_and_type(field, protozero::pbf_wire_type::length_delimited);
}
[[nodiscard]] inline std::string_view view(const protozero::data_view& bytes) {
  return {bytes.data(), bytes.size()};
}

/// Attributes in the store's JSON: a scalar or a list of one kind each; bytes are hexadecimal.
class Attributes {
 public:
  void add(protozero::pbf_reader key_value, wire::Budget& budget);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::string json() const;
  /// What a scalar of that name means as text.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// Empty when all of them can be kept.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::vector<std::pair<std::string, std::string>> list_{};  ///< key, JSON
  std::string problem_{};
};

}  // namespace understudy::daemon::otlp

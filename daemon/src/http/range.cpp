#include "http/range.hpp"

#include <algorithm>
#include <optional>

#include "http/text.hpp"
#include "text/number.hpp"

namespace understudy::daemon::http {
namespace {

/// Huge numbers are as good as the largest one.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return text::parse_number<std::uint64_t>(text).value_or(UINT64_MAX);
}

}  // namespace

RangeAnswer parse_range(std::string_view header, std::uint64_t size) {
  if (size == 0) return WholeFile{};  // an empty file has no ranges, but asking for its end is not wrong
  const auto equals = header.find('=');
  if (equals == std::string_view::npos || !iequals(trim(header.substr(0, equals)), "bytes"))
    return WholeFile{};
  const auto spec = trim(header.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return WholeFile{};
  const auto first_text = trim(spec.substr(0, dash));
  const auto last_text = trim(spec.substr(dash + 1));

  if (first_text.empty()) {
    const auto suffix = parse_number(last_text);
    if (!suffix) return WholeFile{};
    if (*suffix == 0) return Unsatisfiable{};
    const auto length = std::min(*suffix, size);
    return PartOfFile{size - length, length};
  }
  const auto first = parse_number(first_text);
  const auto last = last_text.empty() ? std::optional<std::uint64_t>{UINT64_MAX} : parse_number(last_text);
  if (!first || !last || *last < *first) return WholeFile{};
  if (*first >= size) return Unsatisfiable{};
  return PartOfFile{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace understudy::daemon::http

#include "text/nearest.hpp"

#include <algorithm>
#include <utility>

namespace understudy::daemon::text {

namespace {

/// Edit distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest_of(const std::vector<std::string>& known, std::string_view word) {
  constexpr std::size_t longest = 64;  // a longer one is hardly a typo, and costs time
  if (word.size() > longest) return std::nullopt;
  std::size_t least = 3 + word.size() / 6;
  std::optional<std::string> nearest;
  for (const auto& candidate : known)
    if (const auto edits = distance(candidate, word); edits < std::min(least, candidate.size())) {
      least = edits;
      nearest = candidate;
    }
  return nearest;
}

}  // namespace understudy::daemon::text

#pragma once
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace understudy::daemon::agl {

/// Splits a long list into several turns, to let other messages through.
template <class Row>
class Batches {
 public:
  Batches(std::vector<Row> rows, std::size_t rows_a_turn)
      : rows_(std::move(rows)), rows_a_turn_(rows_a_turn) {}

  /// The next rows; none at the end.
  [[nodiscard]] std::optional<std::vector<Row>> next() {
    if (at_ == rows_.size()) return std::nullopt;
    const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ = std::min(at_ + rows_a_turn_, rows_.size());
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(at_);
    return std::vector<Row>(std::make_move_iterator(begin), std::make_move_iterator(end));
  }

 private:
  std::vector<Row> rows_;
  std::size_t rows_a_turn_;
  std::size_t at_{0};
};

}  // namespace understudy::daemon::agl

#pragma once
#include <cstddef>

namespace understudy::daemon::wire {

/// Thrown by a Budget that is spent; caught where the budget was given to a decoder.
struct BudgetExceeded {};

/// Limits what one request may cost. Decoders spend before they build, so that the time and memory of a
/// refusal do not grow with the rest of the request.
class Budget {
 public:
  Budget(std::size_t elements, std::size_t bytes) : elements_(elements), bytes_(bytes) {}

  /// For everything that is built: a span, an attribute, an element of a list.
  void element() { spend(elements_, 1); }
  /// For text that is kept.
  void bytes(std::size_t count) { spend(bytes_, count); }

 private:
  static void spend(std::size_t& left, std::size_t count) {
    if (count > left) throw BudgetExceeded{};
    left -= count;
  }
  std::size_t elements_;
  std::size_t bytes_;
};

}  // namespace understudy::daemon::wire

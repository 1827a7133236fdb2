#pragma once
#include <cstddef>

namespace understudy::daemon::wire {

/// Thrown by a Budget when it is spent; whoever gave it to a decoder catches it.
struct Overspent {};

/// What one request may cost. Whoever decodes it spends before building anything, so that the time and the
/// memory of a refusal do not grow with what is left to read.
class Budget {
 public:
  Budget(std::size_t elements, std::size_t bytes) : elements_(elements), bytes_(bytes) {}

  /// Something that is built: a span, an attribute, an element of a list.
  void element() { spend(elements_, 1); }
  /// Text that is kept.
  void bytes(std::size_t count) { spend(bytes_, count); }

 private:
  static void spend(std::size_t& left, std::size_t count) {
    if (count > left) throw Overspent{};
    left -= count;
  }
  std::size_t elements_;
  std::size_t bytes_;
};

}  // namespace understudy::daemon::wire

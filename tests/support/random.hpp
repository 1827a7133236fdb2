#pragma once
#include <random>

namespace understudy::support {

/// The same numbers for the same seed.
class Random : public std::mt19937 {
 public:
  using std::mt19937::mt19937;
  int pick(int below) { return std::uniform_int_distribution<int>{0, below - 1}(*this); }
  bool chance(int percent) { return pick(100) < percent; }
};

}  // namespace understudy::support

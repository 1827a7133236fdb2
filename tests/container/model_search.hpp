#pragma once
#include <cstddef>
#include <string>

#include "model_world.hpp"

namespace model {

struct Report {
  std::size_t states{0};
  bool exhausted{false};  ///< false: the bound was hit first
  std::string violation;  ///< empty: everything holds
  std::string trace;      ///< how to get there, one action a line
};

/// Visits every reachable world breadth-first, so that a counterexample is a shortest one. When all were
/// visited, checks that from each of them rest can be reached by fair steps alone.
[[nodiscard]] Report explore(const Setup& setup, std::size_t bound);

}  // namespace model
